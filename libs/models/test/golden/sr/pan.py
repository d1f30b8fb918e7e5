import torch
from torch import nn

from layers import Named, bilinear, conv, nearest, stages

SOURCE = "layers as in zhaohengyuan1/PAN (Zhao et al., ECCVW 2020)"
CASES = [dict(scale=scale, features=8, upFeatures=6, blocks=2) for scale in (2, 3, 4)]
PUBLISHED = [dict(scale=scale, features=40, upFeatures=24, blocks=16) for scale in (2, 3, 4)]


def act(h):
    return nn.functional.leaky_relu(h, 0.2)


def network(scale, features, upFeatures, blocks):
    n, up, half = features, upFeatures, features // 2
    plain = lambda i, o, k=3: conv(i, o, k, bias=False)
    pixel_attention = lambda: Named(lambda m, h: h * torch.sigmoid(m.conv(h)), conv=conv(up, up, 1))
    weighted = lambda: Named(
        lambda m, h: m.k4(m.k3(h) * torch.sigmoid(m.k2(h))), k2=conv(half, half, 1), k3=plain(half, half), k4=plain(half, half)
    )
    block = lambda: Named(
        lambda m, x: x + m.conv3(torch.cat([act(m.k1(act(m.conv1_a(x)))), act(m.PAConv(act(m.conv1_b(x))))], 1)),
        conv1_a=plain(n, half, 1), conv1_b=plain(n, half, 1), k1=nn.Sequential(plain(half, half)), PAConv=weighted(), conv3=plain(n, n, 1),
    )
    tail = {}
    for i, _ in enumerate(stages(scale), 1):
        tail |= {f"upconv{i}": conv(n if i == 1 else up, up), f"att{i}": pixel_attention(), f"HRconv{i}": conv(up, up)}

    def forward(m, x):
        first = m.conv_first(x)
        h = first + m.trunk_conv(m.SCPA_trunk(first))
        for i, r in enumerate(stages(scale), 1):
            h = act(getattr(m, f"att{i}")(getattr(m, f"upconv{i}")(nearest(h, r))))
            h = act(getattr(m, f"HRconv{i}")(h))
        return m.conv_last(h) + bilinear(x, scale)

    trunk = nn.Sequential(*[block() for _ in range(blocks)])
    return Named(forward, conv_first=conv(3, n), SCPA_trunk=trunk, trunk_conv=conv(n, n), **tail, conv_last=conv(up, 3))
