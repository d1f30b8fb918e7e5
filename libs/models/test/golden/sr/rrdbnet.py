import torch
from torch import nn

from layers import Named, conv, nearest

SOURCE = "layers as in BasicSR's RRDBNet (Wang et al., ECCVW 2018)"
CASES = [dict(scale=4, features=8, growth=4, blocks=1)]
PUBLISHED = [dict(scale=4, features=64, growth=32, blocks=blocks) for blocks in (23, 6)]


def act(h):
    return nn.functional.leaky_relu(h, 0.2)


def network(scale, features, growth, blocks):
    n = features

    def dense_forward(m, x):
        states = [x]
        for i in (1, 2, 3, 4):
            states.append(act(getattr(m, f"conv{i}")(torch.cat(states, 1))))
        return x + 0.2 * m.conv5(torch.cat(states, 1))

    dense = lambda: Named(dense_forward, **{f"conv{i + 1}": conv(n + i * growth, n if i == 4 else growth) for i in range(5)})
    block = lambda: Named(lambda m, x: x + 0.2 * m.rdb3(m.rdb2(m.rdb1(x))), rdb1=dense(), rdb2=dense(), rdb3=dense())

    def forward(m, x):
        first = m.conv_first(x)
        h = first + m.conv_body(m.body(first))
        h = act(m.conv_up2(nearest(act(m.conv_up1(nearest(h, 2))), 2)))
        return m.conv_last(act(m.conv_hr(h)))

    return Named(
        forward,
        conv_first=conv(3, n), body=nn.Sequential(*[block() for _ in range(blocks)]), conv_body=conv(n, n),
        conv_up1=conv(n, n), conv_up2=conv(n, n), conv_hr=conv(n, n), conv_last=conv(n, 3),
    )
