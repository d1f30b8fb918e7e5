import torch
from torch import nn

from layers import Named, attention, average, conv

SOURCE = "layers as in Zheng222/IMDN (Hui et al., ACM MM 2019)"
CASES = [dict(scale=2, features=16, blocks=2), dict(scale=3, features=16, blocks=3), dict(scale=4, features=16, blocks=1)]
PUBLISHED = [dict(scale=scale, features=64, blocks=6) for scale in (2, 3, 4)]


def act(h):
    return nn.functional.leaky_relu(h, 0.05)


def contrast(x):
    return x.var((2, 3), keepdim=True, unbiased=False).sqrt() + average(x)


def network(scale, features, blocks):
    n, quarter, rest = features, features // 4, 3 * features // 4

    def distil(m, x):
        kept, h = [], x
        for layer in (m.c1, m.c2, m.c3):
            y = act(layer(h))
            kept.append(y[:, :quarter])
            h = y[:, quarter:]
        return m.c5(m.cca(torch.cat([*kept, m.c4(h)], 1))) + x

    block = lambda: Named(
        distil, c1=conv(n, n), c2=conv(rest, n), c3=conv(rest, n), c4=conv(rest, quarter), c5=conv(n, n, 1), cca=attention(n, 16, contrast)
    )

    def forward(m, x):
        head = m.fea_conv(x)
        results = [head]
        for i in range(blocks):
            results.append(getattr(m, f"IMDB{i + 1}")(results[-1]))
        return m.upsampler(m.LR_conv(m.c(torch.cat(results[1:], 1))) + head)

    return Named(
        forward,
        fea_conv=conv(3, n),
        **{f"IMDB{i + 1}": block() for i in range(blocks)},
        c=nn.Sequential(conv(blocks * n, n, 1), nn.LeakyReLU(0.05)),
        LR_conv=conv(n, n),
        upsampler=nn.Sequential(conv(n, 3 * scale**2), nn.PixelShuffle(scale)),
    )
