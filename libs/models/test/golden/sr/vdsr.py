import torch
from torch import nn

from layers import Named, conv, matlab_bicubic

SOURCE = "layers as in twtygqyy/pytorch-vdsr (Kim et al., CVPR 2016), after MATLAB's bicubic"
CASES = [
    dict(scale=2, features=8, depth=4, bias=False),
    dict(scale=3, features=8, depth=4, bias=True),
    dict(scale=4, features=8, depth=3, bias=True),
]
PUBLISHED = [dict(scale=scale, features=64, depth=20, bias=bias) for bias in (False, True) for scale in (2, 3, 4)]


def network(scale, features, depth, bias):
    def forward(m, x):
        z = matlab_bicubic(x, scale)
        h = torch.relu(m.input(z))
        for layer in m.residual_layer:
            h = torch.relu(layer["conv"](h))
        return z + m.output(h)

    m = Named(
        forward,
        input=conv(1, features, bias=bias),
        residual_layer=nn.Sequential(*[nn.ModuleDict({"conv": conv(features, features, bias=bias)}) for _ in range(depth - 2)]),
        output=conv(features, 1, bias=bias),
    )
    m.channels = 1
    return m
