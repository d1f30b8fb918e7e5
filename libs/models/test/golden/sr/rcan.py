from types import SimpleNamespace

from torch import nn

from authors import load
from layers import as_images, attention, average, centred, conv, edsr_upsampler, residual

SOURCE = "the authors' code, yulunzhang/RCAN@f722e5d, where the mean shift is trained; else layers as FAKD's copy has them (Zhang et al., ECCV 2018)"
CASES = [
    dict(scale=2, features=16, groups=2, blocks=2, reduction=4, meanShift="trained", rgbRange=255),
    dict(scale=2, features=16, groups=2, blocks=2, reduction=4, rgbRange=255),
    dict(scale=3, features=8, groups=1, blocks=2, reduction=4, rgbRange=255),
    dict(scale=4, features=16, groups=2, blocks=1, reduction=4, rgbRange=1),
]
PUBLISHED = [
    dict(scale=scale, features=64, groups=10, blocks=blocks, reduction=16, rgbRange=255) | shift
    for blocks, shift in [(20, dict(meanShift="trained")), (6, {})]
    for scale in (2, 3, 4)
]


def network(scale, features, groups, blocks, reduction, rgbRange, meanShift="fixed"):
    if meanShift == "trained":
        arguments = SimpleNamespace(
            n_resgroups=groups, n_resblocks=blocks, n_feats=features, reduction=reduction, scale=[scale], rgb_range=rgbRange, n_colors=3, res_scale=1
        )
        return as_images(load("yulunzhang/RCAN", "f722e5d", "RCAN_TrainCode/code", "model.rcan").RCAN(arguments), rgbRange)
    n = features
    block = lambda: residual(nn.Sequential(conv(n, n), nn.ReLU(), conv(n, n), attention(n, reduction, average)))
    group = lambda: residual(nn.Sequential(*[block() for _ in range(blocks)], conv(n, n)))

    def forward(m, x):
        head = m.head(x)
        return m.tail(head + m.body(head))

    return centred(
        rgbRange,
        forward,
        head=nn.Sequential(conv(3, n)),
        body=nn.Sequential(*[group() for _ in range(groups)], conv(n, n)),
        tail=nn.Sequential(edsr_upsampler(n, scale), conv(n, 3)),
    )
