"""A small network for each operator that exports have, with weights before and after it."""
import torch
import torch.nn.functional as F
from torch import nn

from networks import Network, picture

operators = {}


class Between(nn.Module):
    """A convolution, what is tried, and a product: so that gradients come in and go on."""

    def __init__(self, tried):
        super().__init__()
        self.before, self.tried = nn.Conv2d(2, 4, 3, padding=1), tried

    def forward(self, x):
        y = self.tried(self.before(x))
        return y * torch.cos(y)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *x):
        return self.function(*x)


def operator(name, tried, side=(9, 8), opset=14, dynamic=picture, count=1, **options):
    def make():
        module = tried() if isinstance(tried, type) else tried if isinstance(tried, nn.Module) else Function(tried)
        return Network(Between(module), (torch.randn(count, 2, *side),), opset, dynamic=dynamic, **options)

    operators[name] = make


for mode in ("constant", "reflect", "replicate"):
    operator(f"pad_{mode}", lambda x, mode=mode: F.pad(x, (1, 2, 2, 1), mode=mode))
# Not by F.pad: what is exported of that is another thing.
operator("pad_circular", lambda x: torch.cat([x[..., -2:], x, x[..., :1]], 3))
operator("crop_by_pad", lambda x: F.pad(x, (-1, 0, 0, -2)))
operator("chunk", lambda x: (lambda a, b: a * torch.sigmoid(b))(*x.chunk(2, 1)))
operator("split_unevenly", lambda x: torch.cat(x.split([1, 3], 1)[::-1], 1))
operator("view_of_size", lambda x: x.view(x.size(0), -1))
operator("view_in_groups", lambda x: x.view(x.size(0), 2, x.size(1) // 2, *x.shape[2:]).transpose(1, 2).reshape(x.shape))
operator("flatten_and_back", lambda x: x.flatten(2).permute(0, 2, 1).reshape(x.shape[0], *x.shape[2:], -1))
operator("gram", lambda x: (lambda f: f @ f.transpose(1, 2) / f.shape[2])(x.view(*x.shape[:2], -1)))
operator("crop_center", lambda x: x[:, :, x.shape[2] // 4 : x.shape[2] // 4 + 4, 1:-1])
operator("stride_slices", lambda x: torch.cat([x[..., ::2, ::2], x[..., 1::2, 1::2]], 1), side=(8, 8))
operator("flip", lambda x: torch.flip(x, [2, 3]))
operator("roll", lambda x: torch.roll(x, (2, -3), (2, 3)))
operator("pixel_shuffle", lambda x: F.pixel_shuffle(x, 2))
operator("pixel_unshuffle", lambda x: F.pixel_unshuffle(x, 2), side=(8, 6), dynamic={})
operator("unfold", lambda x: F.unfold(x, 3, padding=1), dynamic={})
operator("interpolate_nearest", lambda x: F.interpolate(x, scale_factor=1.7, mode="nearest"))
operator("interpolate_to_size", lambda x: F.interpolate(x, size=(13, 5), mode="bilinear"))
operator("interpolate_corners", lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True))
operator("interpolate_cubic", lambda x: F.interpolate(x, scale_factor=1.5, mode="bicubic", recompute_scale_factor=False))
operator("interpolate_half", lambda x: F.interpolate(x, scale_factor=0.5, mode="bilinear"), opset=11)
operator("grid_sample", lambda x: F.grid_sample(x, torch.tanh(x[:, :2].permute(0, 2, 3, 1)), padding_mode="border"), opset=16)
operator("grid_nearest", lambda x: F.grid_sample(x, 0.9 * torch.tanh(x[:, :2].permute(0, 2, 3, 1)), mode="nearest"), opset=16)
operator("einsum", lambda x: torch.einsum("nchw,nkhw->nck", x, torch.sin(x)))
operator("gather", lambda x: torch.gather(x, 2, x.argsort(2)), dynamic={})
operator("index_select", lambda x: x.index_select(1, torch.tensor([3, 0, 0, 2])))
operator("advanced_index", lambda x: x[:, [0, 2, 2]][:, :, [1, 4]])
operator("masked", lambda x: x.masked_fill(x > 0.5, 0.25))
operator("where", lambda x: torch.where(x > 0, x, 0.1 * x * x))
operator("clamp", lambda x: x.clamp(-0.3, 0.4))
operator("clamp_min", lambda x: torch.clamp(x, min=0.1).log())
operator("topk", lambda x: x.topk(3, dim=2)[0])
operator("sort", lambda x: x.sort(dim=3)[0], dynamic={})
operator("cumsum", lambda x: x.cumsum(2))
operator("scatter", lambda x: torch.zeros_like(x).scatter(1, (x > 0).long(), x))
operator("scatter_add", lambda x: torch.zeros_like(x).scatter_add(2, (x > 0).long() + 1, x), opset=16)
operator("assign_slice", lambda x: (lambda y: (y.__setitem__((slice(None), 1), x[:, 2] * 2), y)[1])(x.clone()))
operator("norm", lambda x: x / (x.norm(dim=1, keepdim=True) + 1e-3))
operator("norm_1", lambda x: x.norm(p=1, dim=(2, 3)))
operator("normalize", lambda x: F.normalize(x, dim=1))
operator("cosine", lambda x: F.cosine_similarity(x[:, :2], x[:, 2:], dim=1))
# Not by cdist: what is exported of that is not quite the same.
operator("distances", lambda x: (x.flatten(2)[:, :, None] - x.flatten(2)[:, None] - 1).norm(dim=3), dynamic={})
operator("logsumexp", lambda x: x.logsumexp(dim=(2, 3)))
operator("log_softmax", lambda x: F.log_softmax(x, 1) + F.softmax(x, 3))
operator("prod", lambda x: x.prod(2), side=(4, 5))
operator("max_min", lambda x: x.amax((2, 3)) - x.amin(1).mean())
operator("max_of_axis", lambda x: x.max(3)[0] + x.min(3).values)
operator("max_of_two", lambda x: torch.maximum(x, x.flip(1)) * torch.minimum(x, 0.3 * x))
operator("std", lambda x: (x - x.mean(1, keepdim=True)) / (x.std(1, keepdim=True) + 0.1))
operator("var_mean", lambda x: torch.cat([f.flatten(1) for f in torch.var_mean(x, dim=(2, 3), unbiased=False)], 1))
operator("absolute", lambda x: x.abs().sqrt() + x.sign() * x.pow(2) + x.pow(3) + (x.abs() + 1).pow(-0.5))
operator("rounded", lambda x: x * torch.floor(x) + torch.round(x) + torch.remainder(x, 0.7) + torch.fmod(x, 0.6))
operator("trigonometry", lambda x: torch.atan(x) + torch.asin(0.5 * torch.tanh(x)) + torch.acos(0.4 * torch.sin(x)) + torch.tan(0.3 * x))
operator("logarithms", lambda x: torch.log1p(x.exp()) + torch.log2(x.abs() + 1) + torch.erf(x) + torch.rsqrt(x * x + 1))
operator("stack_unbind", lambda x: torch.stack(x.unbind(1), 3).sum(1))
operator("repeat_expand", lambda x: x.repeat(1, 2, 1, 1) + x.mean(1, keepdim=True).expand(-1, 8, -1, -1))
operator("meshgrid", lambda x: x * torch.arange(x.size(3)).to(x).view(1, 1, 1, -1) + torch.arange(x.size(2)).to(x).view(1, 1, -1, 1))
operator("tril", lambda x: x.tril(1) - x.triu(-1), side=(7, 7))
operator("matrix_products", lambda x: torch.baddbmm(x[0], x[0].transpose(1, 2), x[0]) @ x[0, 0], side=(6, 6), dynamic={})
operator("losses", lambda x: torch.stack([(x * x - x.flip(2)).pow(2).mean(), (x - x * x).abs().mean(), (x.flip(3) - 0.2 * x).abs().sum()]))
operator("cross_entropy", lambda x: F.cross_entropy(x, (x[:, 0] > 0).long() + (x[:, 1] > 0).long()), dynamic={})
operator("bce_with_logits", lambda x: F.binary_cross_entropy_with_logits(x, torch.sigmoid(x.flip(1)), reduction="none"))
operator("kl_divergence", lambda x: F.kl_div(F.log_softmax(x, 1), F.softmax(x.flip(1), 1), reduction="batchmean"))
for name, made in {
    "gelu": nn.GELU,
    "gelu_by_tanh": lambda: nn.GELU(approximate="tanh"),
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "hardswish": nn.Hardswish,
    "hardsigmoid": nn.Hardsigmoid,
    "hardtanh": nn.Hardtanh,
    "relu6": nn.ReLU6,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "celu": lambda: nn.CELU(0.7),
    "selu": nn.SELU,
    "prelu": lambda: nn.PReLU(4),
    "softplus": lambda: nn.Softplus(),
    "softsign": nn.Softsign,
    "softshrink": nn.Softshrink,
    "hardshrink": nn.Hardshrink,
    "tanhshrink": nn.Tanhshrink,
    "threshold": lambda: nn.Threshold(0.0, 0.0),
    "log_sigmoid": nn.LogSigmoid,
    "glu": lambda: nn.GLU(1),
    "adaptive_average": lambda: nn.AdaptiveAvgPool2d(1),
    "adaptive_maximum": lambda: nn.AdaptiveMaxPool2d(1),
    "average_pool": lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False),
    "average_pool_ceil": lambda: nn.AvgPool2d(3, 2, 1, ceil_mode=True),
    "max_pool_ceil": lambda: nn.MaxPool2d(2, 2, ceil_mode=True),
    "max_pool_dilated": lambda: nn.MaxPool2d(3, 2, 1, dilation=2),
    "lp_pool": lambda: nn.LPPool2d(2, 2),
    "zero_pad": lambda: nn.ZeroPad2d(1),
    "depthwise": lambda: nn.Conv2d(4, 8, 3, 2, 2, dilation=2, groups=4),
    "transposed": lambda: nn.ConvTranspose2d(4, 2, 3, 2, 1, 1, groups=2, dilation=2),
    "local_response": lambda: nn.LocalResponseNorm(3),
    "instance_norm": lambda: nn.InstanceNorm2d(4),
    "layer_norm": lambda: nn.LayerNorm([8]),
    "linear": lambda: nn.Linear(8, 3),
    "bilinear_product": lambda: BilinearProduct(),
    "dropout": lambda: nn.Dropout2d(),
}.items():
    fixed = name in ("layer_norm", "linear", "bilinear_product", "lp_pool", "local_response")
    # Made when the seed is set.
    operators[name] = lambda made=made, fixed=fixed: Network(
        Between(made()), (torch.randn(1, 2, 9, 8),), 14, dynamic={} if fixed else picture
    )
operator("adaptive_average_3", lambda x: F.adaptive_avg_pool2d(x, (3, 2)), side=(9, 8), dynamic={})
operator("adaptive_maximum_2", lambda x: F.adaptive_max_pool2d(x, (3, 4)), side=(9, 8), dynamic={})


class BilinearProduct(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 8, 8))

    def forward(self, x):
        return torch.einsum("nchw,cwv,nchv->nch", x, self.weight, x)
