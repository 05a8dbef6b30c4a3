"""Networks whose gradients are compared: torchvision's, with random weights, and small ones of kinds that it lacks."""
import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
import torchvision
from torch import nn
from torchvision import models


class Network(NamedTuple):
    module: nn.Module
    inputs: tuple
    opset: int = 14
    # Whether the exporter computes what is constant: then weights lose their names where they are rearranged.
    folded: bool = True
    # Sides that the file leaves open, of inputs by position.
    dynamic: dict = {}
    # Inputs of other sizes, for which the gradient is to hold that is made with these sides left open.
    others: tuple | list = ()


networks = {}

batch = {0: {0: "batch"}}
picture = {0: {0: "batch", 2: "height", 3: "width"}}


def network(make):
    networks[make.__name__] = make
    return make


def photo(height=64, width=64, count=1):
    """Smooth noise: what is next to each other is alike, as in photos, and no two values are equal."""
    coarse = torch.rand(count, 3, height // 8 + 1, width // 8 + 1)
    return F.interpolate(coarse, (height, width), mode="bilinear") + 0.1 * torch.randn(count, 3, height, width)


def classifier(name, side=64, opset=14, dynamic={}, **options):
    def make():
        return Network(getattr(models, name)(num_classes=10, **options), (photo(side, side),), opset, dynamic=dynamic)

    networks[name] = make


# Its last pool makes 6 × 6 of 6 × 6: exporters know no other.
classifier("alexnet", 224, dynamic=batch)
classifier("resnet18", dynamic=picture)
classifier("resnet50", opset=13)
classifier("resnext50_32x4d", opset=11)
classifier("wide_resnet50_2", 32)
classifier("densenet121", 32, dynamic=batch)
classifier("squeezenet1_0", dynamic=picture)
classifier("squeezenet1_1", opset=9)
classifier("googlenet", init_weights=False, aux_logits=False)
classifier("inception_v3", 96, init_weights=False, aux_logits=False, dynamic=batch)
classifier("mobilenet_v2", dynamic=picture)
classifier("mobilenet_v3_small", dynamic=batch)
classifier("mobilenet_v3_large", opset=12)
classifier("mnasnet0_5", dynamic=picture)
classifier("shufflenet_v2_x0_5", dynamic=batch)
classifier("efficientnet_b0", opset=13)
classifier("efficientnet_v2_s", 32, dynamic=batch)
classifier("regnet_x_400mf")
classifier("regnet_y_400mf", dynamic=picture)
classifier("convnext_tiny", dynamic=batch)
classifier("swin_t", dynamic=batch)


@network
def vgg11():
    made = models.vgg11(init_weights=False)
    # Else 120 million parameters, of three products.
    made.classifier = nn.Sequential(nn.Linear(512 * 49, 32), nn.ReLU(True), nn.Dropout(), nn.Linear(32, 10))
    return Network(made, (photo(224, 224),), dynamic=batch)


@network
def vgg19_bn():
    made = models.vgg19_bn(init_weights=False)
    made.avgpool, made.classifier = nn.Identity(), nn.Linear(512 * 4, 10)
    return Network(made, (photo(),), 11, dynamic=picture)


@network
def vision_transformer():
    transformer = models.VisionTransformer(
        image_size=64, patch_size=16, num_layers=4, num_heads=4, hidden_dim=64, mlp_dim=128, num_classes=10
    )
    nn.init.normal_(transformer.heads.head.weight, std=0.1)
    return Network(transformer, (photo(),), dynamic=batch)


@network
def fcn_resnet50():
    return Network(models.segmentation.fcn_resnet50(weights_backbone=None, num_classes=5), (photo(),))


@network
def deeplabv3_mobilenet():
    made = models.segmentation.deeplabv3_mobilenet_v3_large(weights_backbone=None, num_classes=5)
    return Network(made, (photo(),), dynamic=batch)


@network
def lraspp_mobilenet():
    made = models.segmentation.lraspp_mobilenet_v3_large(weights_backbone=None, num_classes=5)
    return Network(made, (photo(96, 64),))


@network
def lraspp_mobilenet_open():
    return lraspp_mobilenet()._replace(dynamic=picture)


@network
def fpn_resnet18():
    backbone = models.detection.backbone_utils.resnet_fpn_backbone(
        backbone_name="resnet18", weights=None, norm_layer=nn.BatchNorm2d
    )
    return Network(backbone, (photo(72, 104),), dynamic=picture)


@network
def fpn_mobilenet():
    made = models.detection.backbone_utils.mobilenet_backbone(
        backbone_name="mobilenet_v2", weights=None, fpn=True, norm_layer=nn.BatchNorm2d
    )
    return Network(made, (photo(),), 11)


class Retina(nn.Module):
    """RetinaNet without what chooses boxes."""

    def __init__(self):
        super().__init__()
        made = models.detection.retinanet_resnet50_fpn(weights=None, weights_backbone=None, num_classes=3)
        self.backbone, self.head = made.backbone, made.head

    def forward(self, x):
        return self.head(list(self.backbone(x).values()))


@network
def retinanet():
    return Network(Retina(), (photo(),), 11)


@network
def video_r2plus1d():
    return Network(models.video.r2plus1d_18(num_classes=10), (torch.rand(1, 3, 4, 24, 24),))


def block(inside, outside):
    return nn.Sequential(
        *(nn.Conv2d(inside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU()),
        *(nn.Conv2d(outside, outside, 3, padding=1), nn.BatchNorm2d(outside), nn.ReLU()),
    )


class UNet(nn.Module):
    def __init__(self, up, widths=(8, 16, 32)):
        super().__init__()
        a, b, c = widths
        self.first, self.second, self.bottom = block(3, a), block(a, b), block(b, c)
        self.up = nn.ModuleList([up(c, b), up(b, a)])
        self.third, self.last, self.classes = block(2 * b, b), block(2 * a, a), nn.Conv2d(a, 2, 1)

    def forward(self, x):
        first = self.first(x)
        second = self.second(F.max_pool2d(first, 2))
        x = self.bottom(F.max_pool2d(second, 2))
        x = self.third(torch.cat([self.fit(self.up[0](x), second), second], 1))
        x = self.last(torch.cat([self.fit(self.up[1](x), first), first], 1))
        return self.classes(x)

    @staticmethod
    def fit(x, other):
        """As those U-Nets that take pictures of any size: what is lacking at the sides is padded."""
        down, right = other.size(2) - x.size(2), other.size(3) - x.size(3)
        return F.pad(x, [right // 2, right - right // 2, down // 2, down - down // 2])


@network
def unet_transposed():
    return Network(UNet(lambda a, b: nn.ConvTranspose2d(a, b, 2, stride=2)), (photo(37, 42),), dynamic=picture)


@network
def unet_upsampled():
    def up(a, b):
        return nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), nn.Conv2d(a, b, 1))

    return Network(UNet(up), (photo(32, 48),), 11, dynamic=picture)


class CropUNet(UNet):
    """As in the paper: what is passed over is cropped."""

    @staticmethod
    def fit(x, other):
        return F.interpolate(x, size=other.shape[2:], mode="nearest")


@network
def unet_resized():
    return Network(CropUNet(lambda a, b: nn.Conv2d(a, b, 1)), (photo(35, 45),), dynamic=picture)


class Last(nn.Module):
    """A recurrent network and a product with what it ends with."""

    def __init__(self, cells, features):
        super().__init__()
        self.cells, self.classes = cells, nn.Linear(features, 3)

    def forward(self, x):
        return self.classes(self.cells(x)[0].mean(1))


def recurrent(name, make, features, folded=True, dynamic={}):
    networks[name] = lambda: Network(Last(make(), features), (torch.randn(2, 6, 5),), 14, folded, dynamic)


sequence = {0: {0: "batch", 1: "time"}}
recurrent("lstm", lambda: nn.LSTM(5, 7, 2, batch_first=True), 7, folded=False)
recurrent("lstm_both_ways", lambda: nn.LSTM(5, 7, batch_first=True, bidirectional=True), 14, dynamic=sequence)
recurrent("lstm_projected", lambda: nn.LSTM(5, 7, batch_first=True, bias=False), 7, dynamic=batch)
recurrent("gru", lambda: nn.GRU(5, 7, batch_first=True), 7, folded=False, dynamic=sequence)
recurrent("gru_both_ways", lambda: nn.GRU(5, 7, 2, batch_first=True, bidirectional=True), 14)
recurrent("rnn_tanh", lambda: nn.RNN(5, 7, batch_first=True), 7, dynamic=sequence)
recurrent("rnn_relu", lambda: nn.RNN(5, 7, batch_first=True, nonlinearity="relu"), 7)


@network
def lstm_cells():
    class Cells(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.LSTMCell(4, 6)

        def forward(self, x):
            hidden, state = torch.zeros(x.size(1), 6, dtype=x.dtype), torch.zeros(x.size(1), 6, dtype=x.dtype)
            for step in x:
                hidden, state = self.cell(step, (hidden, state))
            return hidden

    return Network(Cells(), (torch.randn(3, 2, 4),), folded=False)


@network
def transformer_encoder():
    layer = nn.TransformerEncoderLayer(8, 2, 12, batch_first=True)
    return Network(Training(nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)), (torch.randn(2, 5, 8),), folded=False)


@network
def transformer_encoder_open():
    layer = nn.TransformerEncoderLayer(16, 4, 32, activation="gelu", norm_first=True)
    return Network(Training(nn.TransformerEncoder(layer, 2)), (torch.randn(7, 2, 16),), 17, dynamic={0: {0: "time", 1: "batch"}})


class Training(nn.Module):
    """Evaluation of a transformer without its fast path, which has no gradient."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def train(self, mode=True):
        super().train(True)
        for part in self.modules():
            if isinstance(part, nn.Dropout):
                part.p = 0.0
            if isinstance(part, nn.MultiheadAttention):
                part.dropout = 0.0
        return self

    def forward(self, *x):
        return self.inner(*x)


@network
def transformer_decoder():
    layer = nn.TransformerDecoderLayer(16, 2, 24, batch_first=True)
    return Network(Training(nn.TransformerDecoder(layer, 1)), (torch.randn(2, 5, 16), torch.randn(2, 4, 16)), folded=False)


class Gpt(nn.Module):
    def __init__(self, words=12, width=8, heads=2, longest=8):
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(longest, width)
        self.norm, self.mix, self.out = nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm2, self.wide, self.narrow = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.last, self.heads = nn.LayerNorm(width), heads
        self.register_buffer("mask", torch.tril(torch.ones(longest, longest)).view(1, 1, longest, longest))

    def forward(self, tokens):
        count, time = tokens.size()
        x = self.words(tokens) + self.places(torch.arange(time, device=tokens.device)).unsqueeze(0)
        width = x.size(2)
        parts = self.mix(self.norm(x)).split(width, 2)
        q, k, v = (p.view(count, time, self.heads, width // self.heads).transpose(1, 2) for p in parts)
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(k.size(-1))
        scores = scores.masked_fill(self.mask[:, :, :time, :time] == 0, float("-inf"))
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).contiguous().view(count, time, width)
        x = x + self.out(mixed)
        x = x + self.narrow(F.gelu(self.wide(self.norm2(x))))
        return self.last(x) @ self.words.weight.t()


@network
def gpt():
    return Network(Gpt(), (torch.randint(12, (2, 7)),), folded=False, dynamic={0: {0: "batch", 1: "time"}})


@network
def gpt_fixed():
    return Network(Gpt(), (torch.randint(12, (1, 8)),), 17, folded=False)


@network
def text_convolutions():
    class Text(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(30, 8)
            self.convolutions = nn.ModuleList(nn.Conv1d(8, 6, k) for k in (2, 3, 4))
            self.classes = nn.Linear(18, 4)

        def forward(self, tokens):
            x = self.words(tokens).transpose(1, 2)
            found = [F.relu(c(x)).max(dim=2)[0] for c in self.convolutions]
            return F.log_softmax(self.classes(torch.cat(found, 1)), 1)

    return Network(Text(), (torch.randint(30, (2, 11)),), folded=False, dynamic={0: {0: "batch"}})


@network
def group_norms():
    layers = [nn.Conv2d(3, 8, 3), nn.GroupNorm(2, 8), nn.SiLU(), nn.Conv2d(8, 8, 3, stride=2), nn.GroupNorm(8, 8), nn.Mish()]
    return Network(nn.Sequential(*layers), (photo(24, 20),), dynamic=picture)


@network
def style_transfer():
    """Johnson et al. 2016, as everybody's: padding by reflection, InstanceNorm, and pictures made larger."""
    layers = [nn.ReflectionPad2d(4), nn.Conv2d(3, 8, 9), nn.InstanceNorm2d(8, affine=True), nn.ReLU()]
    layers += [nn.ReflectionPad2d(1), nn.Conv2d(8, 16, 3, stride=2), nn.InstanceNorm2d(16, affine=True), nn.ReLU()]
    layers += [nn.Upsample(scale_factor=2, mode="nearest"), nn.ReflectionPad2d(1), nn.Conv2d(16, 3, 3)]
    return Network(nn.Sequential(*layers), (photo(24, 32),), 11, dynamic=picture)


@network
def dcgan():
    layers = [nn.ConvTranspose2d(8, 16, 4, 1, 0, bias=False), nn.BatchNorm2d(16), nn.ReLU(True)]
    layers += [nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True)]
    layers += [nn.ConvTranspose2d(8, 3, 3, 2, 1, output_padding=1), nn.Tanh()]
    return Network(nn.Sequential(*layers), (torch.randn(1, 8, 1, 1),), dynamic=batch)


@network
def discriminator():
    layers = [nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.utils.spectral_norm(nn.Conv2d(8, 16, 4, 2, 1))]
    layers += [nn.InstanceNorm2d(16), nn.LeakyReLU(0.2), nn.Conv2d(16, 1, 4, padding=1), nn.Sigmoid()]
    return Network(nn.Sequential(*layers), (photo(32, 32),), folded=False, dynamic=picture)


@network
def super_resolution():
    """ESPCN (Shi et al. 2016), as in PyTorch's own example of an export."""
    layers = [nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.Conv2d(16, 8, 3, padding=1), nn.ReLU()]
    layers += [nn.Conv2d(8, 9, 3, padding=1), nn.PixelShuffle(3)]
    return Network(nn.Sequential(*layers), (torch.rand(1, 1, 14, 17),), 10, dynamic=picture)


@network
def wave_net():
    class Wave(nn.Module):
        def __init__(self):
            super().__init__()
            self.gates = nn.ModuleList(nn.Conv1d(4, 8, 2, dilation=2**i) for i in range(4))
            self.out = nn.ModuleList(nn.Conv1d(4, 4, 1) for _ in range(4))

        def forward(self, x):
            kept = 0
            for i, (gate, out) in enumerate(zip(self.gates, self.out)):
                a, b = gate(F.pad(x, (2**i, 0))).chunk(2, 1)
                made = out(torch.tanh(a) * torch.sigmoid(b))
                x, kept = x + made, kept + made
            return kept

    return Network(Wave(), (torch.randn(1, 4, 40),), dynamic={0: {0: "batch", 2: "time"}})


@network
def siren():
    class Sine(nn.Module):
        def forward(self, x):
            return torch.sin(6 * x)

    layers = [nn.Linear(2, 32), Sine(), nn.Linear(32, 32), Sine(), nn.Linear(32, 3)]
    return Network(nn.Sequential(*layers), (torch.rand(50, 2) * 2 - 1,), dynamic=batch)


@network
def mlp_mixer():
    class Mixer(nn.Module):
        def __init__(self):
            super().__init__()
            self.patches, self.norm = nn.Conv2d(3, 16, 8, 8), nn.LayerNorm(16)
            self.tokens = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
            self.channels = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))

        def forward(self, x):
            x = self.patches(x).flatten(2).transpose(1, 2)
            x = x + self.tokens(self.norm(x).transpose(1, 2)).transpose(1, 2)
            return (x + self.channels(self.norm(x))).mean(1)

    return Network(Mixer(), (photo(32, 32),), dynamic=batch)


@network
def convolutional_mixer():
    class Residual(nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    layers = [nn.Conv2d(3, 12, 4, 4), nn.GELU(), nn.BatchNorm2d(12)]
    for _ in range(2):
        layers += [Residual(nn.Conv2d(12, 12, 5, groups=12, padding=2), nn.GELU(), nn.BatchNorm2d(12))]
        layers += [nn.Conv2d(12, 12, 1), nn.GELU(), nn.BatchNorm2d(12)]
    layers += [nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(12, 5)]
    return Network(nn.Sequential(*layers), (photo(40, 32),), dynamic=batch)


@network
def spatial_transformer():
    class Moved(nn.Module):
        def __init__(self):
            super().__init__()
            self.place = nn.Sequential(nn.Conv2d(3, 4, 5, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16, 6))
            self.register_buffer("still", torch.tensor([[0.9, 0.1, 0, -0.1, 0.8, 0.1]]))

        def forward(self, x):
            places = (self.place(x) + self.still).view(-1, 2, 3)
            count, _, height, width = x.shape
            y, across = torch.linspace(-1, 1, 16, dtype=x.dtype), torch.linspace(-1, 1, 20, dtype=x.dtype)
            points = torch.stack([across.expand(16, 20), y[:, None].expand(16, 20), torch.ones(16, 20, dtype=x.dtype)], 2)
            grid = (points.view(1, 320, 3) @ places.transpose(1, 2)).view(-1, 16, 20, 2)
            return F.grid_sample(x, grid, align_corners=False)

    return Network(Moved(), (photo(24, 24),), 16, dynamic=batch)


@network
def points():
    """PointNet's way: the same product for each point, and the largest."""

    class Points(nn.Module):
        def __init__(self):
            super().__init__()
            self.each = nn.Sequential(nn.Conv1d(3, 16, 1), nn.BatchNorm1d(16), nn.ReLU(), nn.Conv1d(16, 32, 1))
            self.classes = nn.Linear(32, 4)

        def forward(self, x):
            return self.classes(torch.max(self.each(x), 2, keepdim=True)[0].view(-1, 32))

    return Network(Points(), (torch.randn(2, 3, 50),), dynamic={0: {0: "batch", 2: "points"}})


@network
def radiance_field():
    class Field(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(nn.Linear(39, 32), nn.ReLU(), nn.Linear(32, 4))

        def forward(self, x):
            waves = [f(x * 2.0**i) for i in range(6) for f in (torch.sin, torch.cos)]
            made = self.layers(torch.cat([x, *waves], -1))
            alpha = 1 - torch.exp(-F.softplus(made[..., 3]) * 0.1)
            light = torch.exp(torch.cumsum(torch.log(1 - alpha + 1e-6), -1))
            return (torch.sigmoid(made[..., :3]) * (alpha * light)[..., None]).sum(-2)

    return Network(Field(), (torch.rand(4, 8, 3),), dynamic=batch)


@network
def graph_attention():
    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.weigh, self.a, self.b = nn.Linear(6, 8), nn.Linear(8, 1), nn.Linear(8, 1)

        def forward(self, x, edges):
            x = self.weigh(x)
            scores = F.leaky_relu(self.a(x) + self.b(x).transpose(0, 1), 0.2)
            scores = torch.where(edges > 0, scores, torch.full_like(scores, -9e15))
            return F.elu(F.softmax(scores, 1) @ x)

    edges = (torch.rand(7, 7) > 0.5).long() | torch.eye(7).long()
    return Network(Attention(), (torch.randn(7, 6), edges), folded=False)


@network
def variational_autoencoder():
    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden, self.mean, self.spread, self.back = nn.Linear(20, 12), nn.Linear(12, 4), nn.Linear(12, 4), nn.Linear(4, 20)

        def forward(self, x, noise):
            hidden = torch.relu(self.hidden(x))
            mean, spread = self.mean(hidden), self.spread(hidden)
            made = self.back(mean + noise * torch.exp(0.5 * spread))
            divergence = -0.5 * torch.sum(1 + spread - mean.pow(2) - spread.exp())
            return F.binary_cross_entropy_with_logits(made, torch.sigmoid(x), reduction="sum") + divergence

    return Network(Autoencoder(), (torch.randn(3, 20), torch.randn(3, 4)), dynamic={0: {0: "batch"}, 1: {0: "batch"}})
