"""What several of the networks are made of, in PyTorch."""

import numpy as np
import torch
from torch import nn


def conv(inputs, outputs, kernel=3, **options):
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, **options)


class Named(nn.Module):
    """Modules under given names, and a function of them."""

    def __init__(self, forward, **modules):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)
        self.call = forward

    def forward(self, x):
        return self.call(self, x)


def residual(body, scale=1.0):
    return Named(lambda m, x: x + scale * m.body(x), body=body)


def edsr_block(n, scale=1.0):
    return residual(nn.Sequential(conv(n, n), nn.ReLU(), conv(n, n)), scale)


def stages(scale):
    return [2, 2] if scale == 4 else [scale]


def edsr_upsampler(n, scale):
    return nn.Sequential(*[m for r in stages(scale) for m in (conv(n, n * r * r), nn.PixelShuffle(r))])


MEAN = (0.4488, 0.4371, 0.404)


def mean_shift(value_range, sign):
    """x + sign range mean, as a fixed 1x1 convolution."""
    shift = conv(3, 3, 1).requires_grad_(False)
    shift.weight.copy_(torch.eye(3).reshape(3, 3, 1, 1))
    shift.bias.copy_(sign * value_range * torch.tensor(MEAN))
    return shift


def centred(value_range, forward, shift=lambda module: module, named=True, **modules):
    """forward(m, x) on range (x - mean), and back: images 0..1 in and out. `named`: the shifts are in the state dict, under their official names."""
    down, up = shift(mean_shift(value_range, -1)), shift(mean_shift(value_range, 1))
    shifts = {"sub_mean": down, "add_mean": up} if named else {}
    return Named(lambda m, x: up.to(x.dtype)(forward(m, down.to(x.dtype)(value_range * x))) / value_range, **shifts, **modules)


def as_images(module, value_range, image=lambda result: result):
    """The same module with images in 0..1, in and out, its state dict as it is."""
    forward = module.forward
    module.forward = lambda x: image(forward(value_range * x)) / value_range
    return module


def direct_tail(n, scale, bias=True):
    return nn.Sequential(conv(n, n), conv(n, 3 * scale**2, bias=bias), nn.PixelShuffle(scale))


def attention(n, reduction, descriptor):
    layers = nn.Sequential(conv(n, n // reduction, 1), nn.ReLU(), conv(n // reduction, n, 1), nn.Sigmoid())
    return Named(lambda m, x: x * m.conv_du(descriptor(x)), conv_du=layers)


def average(x):
    return x.mean((2, 3), keepdim=True)


def nearest(x, scale):
    return nn.functional.interpolate(x, scale_factor=scale, mode="nearest")


def bilinear(x, scale):
    return nn.functional.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=False)


def matlab_bicubic(x, scale):
    """a = -0.5, half-pixel centres, edge pixels repeated, nothing rounded."""

    def matrix(size):
        m = torch.zeros(size * scale, size)
        for o in range(size * scale):
            centre = (o + 0.5) / scale - 0.5
            for i in range(int(np.floor(centre)) - 1, int(np.floor(centre)) + 3):
                t, a = abs(centre - i), -0.5
                w = ((a + 2) * t**3 - (a + 3) * t**2 + 1) if t <= 1 else (a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a) if t < 2 else 0
                m[o, min(max(i, 0), size - 1)] += w
        return m

    return torch.einsum("ah,bchw,dw->bcad", matrix(x.shape[2]), x, matrix(x.shape[3]))
