from torch import nn

from layers import centred, conv, direct_tail, edsr_block

SOURCE = "layers as a third-party port of JDSR has them (Luo et al., ACM MM 2021); names of ours"
CASES = [
    dict(scale=2, features=8, blocks=2, rgbRange=255),
    dict(scale=3, features=8, blocks=1, rgbRange=1),
    dict(scale=4, features=8, blocks=1, rgbRange=255),
]
PUBLISHED = [dict(scale=scale, features=64, blocks=2, rgbRange=255) for scale in (2, 3, 4)]


def network(scale, features, blocks, rgbRange):
    def forward(m, x):
        head = m.head(x)
        return m.tail(head + m.body(head))

    body = nn.Sequential(*[edsr_block(features) for _ in range(blocks)])
    return centred(rgbRange, forward, named=False, head=conv(3, features), body=body, tail=direct_tail(features, scale, bias=False))
