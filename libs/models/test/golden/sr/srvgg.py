from torch import nn

from layers import Named, conv, nearest

SOURCE = "layers as in Real-ESRGAN's SRVGGNetCompact (Wang et al., ICCVW 2021)"
CASES = [dict(scale=2, features=8, convs=3), dict(scale=3, features=8, convs=1), dict(scale=4, features=8, convs=2)]
PUBLISHED = [dict(scale=4, features=64, convs=32), dict(scale=2, features=64, convs=16), dict(scale=4, features=64, convs=16)]


def network(scale, features, convs):
    n = features
    layers = [conv(3, n), nn.PReLU(n), *[l for _ in range(convs) for l in (conv(n, n), nn.PReLU(n))], conv(n, 3 * scale**2)]
    shuffle = nn.PixelShuffle(scale)
    return Named(lambda m, x: shuffle(m.body(x)) + nearest(x, scale), body=nn.Sequential(*layers))
