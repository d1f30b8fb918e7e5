from torch import nn

from layers import Named, conv

SOURCE = "layers as SRKD's Figs. 1 and 2 have them (Gao et al., ACCV 2018); names of ours"
CASES = [dict(scale=scale, features=8, blocks=2) for scale in (2, 3, 4)]
PUBLISHED = [dict(scale=scale, features=64, blocks=10) for scale in (2, 3, 4)]


def network(scale, features, blocks):
    return srkd(scale, features, blocks, lambda: [conv(features, features), nn.ReLU(), conv(features, features)])


def srkd(scale, n, blocks, layers):
    up = lambda r, outputs: nn.ConvTranspose2d(n, outputs, 3, 3) if r == 3 else nn.ConvTranspose2d(n, outputs, 4, 2, 1)

    def forward(m, x):
        h = m.head(x)
        for block in m.body:
            h = h + block(h)
        return m.tail(h)

    m = Named(
        forward,
        head=nn.Sequential(conv(1, n), nn.ReLU()),
        body=nn.ModuleList([nn.Sequential(*layers(), nn.ReLU()) for _ in range(blocks)]),
        tail=nn.Sequential(*([up(2, n), up(2, 1)] if scale == 4 else [up(scale, 1)])),
    )
    m.channels = 1
    return m
