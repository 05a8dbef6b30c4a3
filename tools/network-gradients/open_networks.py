"""Networks with open sides whose gradient is made once, with the sides left open, and holds at every size: inputs of several sizes."""
import torch
import torch.nn.functional as F
from torch import nn

from networks import Network, Training, UNet, batch, networks, photo, picture

open_networks = {}


def network(make):
    open_networks[make.__name__] = make
    return make


@network
def open_perceptron():
    layers = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.LayerNorm(16), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 3), nn.Softmax(1))
    return Network(layers, (torch.randn(2, 6),), dynamic=batch, others=[(torch.randn(count, 6),) for count in (1, 5)])


class Residual(nn.Module):
    """A classifier with what ResNets and MobileNets are made of: strides, padded pools, ways around, separable convolutions."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.inside = nn.Sequential(
            *(nn.Conv2d(8, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6()),
            *(nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False), nn.BatchNorm2d(16)),
        )
        self.around = nn.Conv2d(8, 16, 1, 2)
        self.classes = nn.Linear(16, 5)

    def forward(self, x):
        x = self.stem(x)
        x = F.relu(self.inside(x) + self.around(x))
        x = F.avg_pool2d(x, 3, 2, 1)
        return self.classes(F.adaptive_avg_pool2d(x, 1).flatten(1))


@network
def open_residual():
    return Network(Residual(), (photo(16, 20, 2),), dynamic=picture, others=[(photo(13, 23),), (photo(12, 15, 5),)])


@network
def open_encoder():
    layer = nn.TransformerEncoderLayer(8, 2, 12, activation="gelu", batch_first=True)
    others = [(torch.randn(count, time, 8),) for count, time in ((1, 3), (5, 9))]
    encoder = Training(nn.TransformerEncoder(layer, 1, enable_nested_tensor=False))
    return Network(encoder, (torch.randn(2, 5, 8),), 17, dynamic={0: {0: "batch", 1: "time"}}, others=others)


class Upsampling(UNet):
    """One way up by a transposed convolution, the other resized."""

    def __init__(self):
        super().__init__(lambda a, b: nn.ConvTranspose2d(a, b, 2, stride=2), (4, 6, 8))
        resized = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        nearest = nn.Upsample(scale_factor=2, mode="nearest")
        self.up[1] = nn.Sequential(resized, nn.Conv2d(6, 4, 2, 2), nearest)


@network
def open_unet():
    return Network(Upsampling(), (photo(8, 12),), dynamic=picture, others=[(photo(12, 8, 2),), (photo(11, 10, 5),)])


def large(name, others):
    made = networks[name]
    open_networks[f"open_{name}"] = lambda: made()._replace(others=others)


large("resnet18", [(photo(64, 64, 2),), (photo(97, 75, 5),)])
large("mobilenet_v2", [(photo(64, 64, 2),), (photo(97, 75, 5),)])
