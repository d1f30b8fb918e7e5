from torch import nn

from layers import centred, conv, edsr_block, edsr_upsampler

SOURCE = "layers as in EDSR-PyTorch (Lim et al., CVPRW 2017)"
CASES = [
    dict(scale=2, features=8, blocks=2, resScale=0.1, rgbRange=255),
    dict(scale=3, features=8, blocks=2, resScale=1, rgbRange=255),
    dict(scale=4, features=8, blocks=2, resScale=1, rgbRange=1),
]
PUBLISHED = [
    dict(scale=scale, features=features, blocks=blocks, resScale=res_scale, rgbRange=255)
    for features, blocks, res_scale in [(64, 16, 1), (256, 32, 0.1)]
    for scale in (2, 3, 4)
]


def network(scale, features, blocks, resScale, rgbRange):
    def forward(m, x):
        head = m.head(x)
        return m.tail(head + m.body(head))

    return centred(
        rgbRange,
        forward,
        head=nn.Sequential(conv(3, features)),
        body=nn.Sequential(*[edsr_block(features, resScale) for _ in range(blocks)], conv(features, features)),
        tail=nn.Sequential(edsr_upsampler(features, scale), conv(features, 3)),
    )
