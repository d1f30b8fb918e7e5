import torch
from torch import nn

from layers import Named, conv, matlab_bicubic

SOURCE = "layers as in Zheng222/IDN-Caffe and IDN-tensorflow (Hui et al., CVPR 2018), after MATLAB's bicubic"
CASES = [
    dict(scale=2, blocks=1, colour="y"),
    dict(scale=3, blocks=2, colour="y"),
    dict(scale=4, blocks=1, colour="y"),
    dict(scale=3, blocks=1, colour="rgb"),
]
PUBLISHED = [dict(scale=scale, blocks=4, colour=colour) for colour in ("y", "rgb") for scale in (2, 3, 4)]


def network(scale, blocks, colour):
    c = 1 if colour == "y" else 3
    layers = {"conv1": conv(c, 64), "conv2": conv(64, 64)}
    for b in range(blocks):
        sizes = [(64, 48, 1), (48, 32, 4), (32, 64, 1), (48, 64, 1), (64, 48, 4), (48, 80, 1)]
        layers |= {f"conv{b + 3}_{i + 1}": conv(n, m, groups=g) for i, (n, m, g) in enumerate(sizes)}
        layers[f"down{b + 1}"] = conv(80, 64, 1)
    layers["upsample"] = (
        nn.ConvTranspose2d(64, 1, 17, scale, 8, output_padding=scale - 1)
        if c == 1
        else nn.Sequential(conv(64, 64), conv(64, 3 * scale**2), nn.PixelShuffle(scale))
    )

    def forward(m, x):
        act = lambda name, h: nn.functional.leaky_relu(getattr(m, name)(h), 0.05)
        h = act("conv2", act("conv1", x))
        for b in range(blocks):
            short = h
            for i in (1, 2, 3):
                short = act(f"conv{b + 3}_{i}", short)
            long = short[:, 16:]
            for i in (4, 5, 6):
                long = act(f"conv{b + 3}_{i}", long)
            h = act(f"down{b + 1}", torch.cat([h, short[:, :16]], 1) + long)
        return m.upsample(h) + matlab_bicubic(x, scale)

    m = Named(forward, **layers)
    m.channels = c
    return m
