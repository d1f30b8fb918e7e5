import torch
from torch import nn

from layers import Named, conv

SOURCE = "layers as in yjn870/FSRCNN-pytorch, chxy95/FSRCNN, OpenCV's file and PISR's release (Dong et al., ECCV 2016)"


def deconvolution(crop):
    return {"kind": "deconvolution", "crop": crop}


CASES = [
    dict(scale=2, features=8, shrunk=4, mapping=2, tail=deconvolution(4)),
    dict(scale=3, features=8, shrunk=4, mapping=1, tail=deconvolution(3)),
    dict(scale=4, features=8, shrunk=4, mapping=0),
    dict(scale=2, features=8, shrunk=4, mapping=1, slopes="layer", start="pytorch"),
    dict(scale=4, features=8, shrunk=4, mapping=1, slopes="channel", start="he"),
    dict(scale=3, features=8, shrunk=4, mapping=1, tail={"kind": "sub-pixel"}),
]
PUBLISHED = [
    *[dict(scale=scale, features=56, shrunk=12, mapping=4) for scale in (2, 3, 4)],
    dict(scale=3, features=32, shrunk=5, mapping=1, tail=deconvolution(3)),
    *[dict(scale=scale, features=56, shrunk=12, mapping=4, tail={"kind": "sub-pixel"}) for scale in (2, 3, 4)],
]


def sub_pixel(d, r):
    """1x1 convolution to r^2 maps, shuffled into one, which has one bias."""
    m = Named(lambda m, x: nn.functional.pixel_shuffle(nn.functional.conv2d(x, m.weight), r) + m.bias)
    m.weight, m.bias = nn.Parameter(torch.zeros(r * r, d, 1, 1)), nn.Parameter(torch.zeros(1))
    return m


def network(scale, features, shrunk, mapping, tail=deconvolution(4), slopes="channel", start="he"):
    """`start` is how parameters are drawn, which goldens do not depend on."""
    layer = lambda i, o, k: [conv(i, o, k), nn.PReLU(o if slopes == "channel" else 1)]

    def forward(m, x):
        h = m.mid_part(m.first_part(x))
        if tail["kind"] == "sub-pixel":
            return m.last_part(h)
        c, height, width, bias = tail["crop"], x.shape[2] * scale, x.shape[3] * scale, m.last_part.bias[:, None, None]
        # What is missing at the end is where no input pixel reaches: bias only.
        h = nn.functional.pad(m.last_part(h) - bias, (0, scale, 0, scale)) + bias
        return h[:, :, c : c + height, c : c + width]

    m = Named(
        forward,
        first_part=nn.Sequential(*layer(1, features, 5)),
        mid_part=nn.Sequential(
            *layer(features, shrunk, 1), *[l for _ in range(mapping) for l in layer(shrunk, shrunk, 3)], *layer(shrunk, features, 1)
        ),
        last_part=sub_pixel(features, scale) if tail["kind"] == "sub-pixel" else nn.ConvTranspose2d(features, 1, 9, stride=scale),
    )
    m.channels = 1
    return m
