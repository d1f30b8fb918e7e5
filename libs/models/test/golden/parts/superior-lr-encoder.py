from torch import nn

from layers import centred, conv, edsr_block

SOURCE = "layers as a third-party port of JDSR has them (Luo et al., ACM MM 2021); names of ours"
CASES = [dict(scale=scale, features=6, blocks=blocks, rgbRange=r) for scale, blocks, r in [(2, 2, 255), (3, 1, 1), (4, 1, 255)]]
PUBLISHED = [dict(scale=scale, features=64, blocks=8, rgbRange=255) for scale in (2, 3, 4)]
SIZE = (12, 24)


def trunk(features, blocks):
    return nn.Sequential(*[edsr_block(features) for _ in range(blocks)], conv(features, features))


def network(scale, features, blocks, rgbRange):
    strided = lambda inputs, s: nn.Conv2d(inputs, features, 3, stride=s, padding=0 if s == 3 else 1)
    head = [strided(3, 2), strided(features, 2)] if scale == 4 else [strided(3, scale)]

    def forward(m, x):
        h = m.head(x)
        return m.tail(h + m.body(h))

    return centred(rgbRange, forward, named=False, head=nn.Sequential(*head), body=trunk(features, blocks), tail=conv(features, 3))
