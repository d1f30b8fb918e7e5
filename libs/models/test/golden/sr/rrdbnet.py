import torch
from torch import nn

from layers import Named, conv, nearest

SOURCE = "layers as in BasicSR's RRDBNet (Wang et al., ECCVW 2018), x2 without the unshuffle as KAIR's"
CASES = [
    dict(scale=4, features=8, growth=4, blocks=1, unshuffle=False),
    dict(scale=2, features=8, growth=4, blocks=1, unshuffle=False),
    dict(scale=2, features=8, growth=4, blocks=1, unshuffle=True),
]
PUBLISHED = [
    dict(scale=scale, features=64, growth=32, blocks=blocks, unshuffle=unshuffle)
    for scale, blocks, unshuffle in ((4, 23, False), (2, 23, False), (4, 6, False), (2, 23, True))
]


def act(h):
    return nn.functional.leaky_relu(h, 0.2)


def network(scale, features, growth, blocks, unshuffle=False):
    n = features
    twice = scale == 4 or unshuffle

    def dense_forward(m, x):
        states = [x]
        for i in (1, 2, 3, 4):
            states.append(act(getattr(m, f"conv{i}")(torch.cat(states, 1))))
        return x + 0.2 * m.conv5(torch.cat(states, 1))

    dense = lambda: Named(dense_forward, **{f"conv{i + 1}": conv(n + i * growth, n if i == 4 else growth) for i in range(5)})
    block = lambda: Named(lambda m, x: x + 0.2 * m.rdb3(m.rdb2(m.rdb1(x))), rdb1=dense(), rdb2=dense(), rdb3=dense())

    def forward(m, x):
        height, width = x.shape[2:]
        if unshuffle:
            # Real-ESRGAN's inference script pads by reflection to a multiple of two.
            x = nn.functional.pixel_unshuffle(nn.functional.pad(x, (0, width % 2, 0, height % 2), "reflect"), 2)
        first = m.conv_first(x)
        h = first + m.conv_body(m.body(first))
        h = act(m.conv_up1(nearest(h, 2)))
        if twice:
            h = act(m.conv_up2(nearest(h, 2)))
        return m.conv_last(act(m.conv_hr(h)))[:, :, : height * scale, : width * scale]

    return Named(
        forward,
        conv_first=conv(12 if unshuffle else 3, n), body=nn.Sequential(*[block() for _ in range(blocks)]), conv_body=conv(n, n),
        conv_up1=conv(n, n), **({"conv_up2": conv(n, n)} if twice else {}), conv_hr=conv(n, n), conv_last=conv(n, 3),
    )
