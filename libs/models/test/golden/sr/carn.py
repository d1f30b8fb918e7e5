import torch
from torch import nn

from layers import Named, centred, conv, stages

SOURCE = "layers as in nmhkahn/CARN-pytorch (Ahn et al., ECCV 2018); form csd as in Booooooooooo/CSD at f479c8f"
CASES = [
    dict(scale=2, features=8, groups=4, mobile=False, form="official"),
    dict(scale=4, features=8, groups=4, mobile=False, heads="all"),
    dict(scale=3, features=8, groups=4, mobile=True, heads="all"),
    dict(scale=4, features=8, groups=4, mobile=True, heads="one"),
    dict(scale=3, features=8, groups=4, mobile=False, form="csd"),
]
PUBLISHED = [
    dict(scale=scale, features=64, groups=4, mobile=mobile, heads=heads)
    for mobile, heads in [(False, "all"), (True, "all"), (False, "one")]
    for scale in (2, 3, 4)
]


def cascade(m, x, units):
    states, fused = [x], x
    for i, unit in enumerate(units):
        states.append(unit(fused))
        fused = getattr(m, f"c{i + 1}")(torch.cat(states, 1))
    return fused


def network(scale, features, groups, mobile, heads="one", form="official"):
    official = form == "official"
    relu = [nn.ReLU()] if official else []
    n, g = features, groups if mobile else 1
    body = lambda *layers: Named(lambda m, x: m.body(x), body=nn.Sequential(*layers))
    fuses = lambda: {f"c{i}": body(conv(n * (i + 1), n, 1), nn.ReLU()) for i in (1, 2, 3)}

    def unit():
        last = [nn.ReLU(), conv(n, n, 1)] if mobile else []
        layers = nn.Sequential(conv(n, n, groups=g), nn.ReLU(), conv(n, n, groups=g), *last)
        return Named(lambda m, x: torch.relu(x + m.body(x)) if official else x + m.body(x), body=layers)

    def block():
        if mobile:
            return Named(lambda m, x: cascade(m, x, [m.b1] * 3), b1=unit(), **fuses())
        return Named(lambda m, x: cascade(m, x, [m.b1, m.b2, m.b3]), b1=unit(), b2=unit(), b3=unit(), **fuses())

    def upsampler(s):
        return body(*[l for r in stages(s) for l in (conv(n, n * r * r, groups=g), *relu, nn.PixelShuffle(r))])

    heads_of = {f"up{s}": upsampler(s) for s in (2, 3, 4)} if heads == "all" else {"up": upsampler(scale)}
    used = f"up{scale}" if heads == "all" else "up"
    return centred(
        1 if official else 255,
        lambda m, x: m.exit(getattr(m.upsample, used)(cascade(m, m.entry(x), [m.b1, m.b2, m.b3]))),
        **({"shift": lambda module: Named(lambda m, x: m.shifter(x), shifter=module)} if official else {}),
        entry=conv(3, n), b1=block(), b2=block(), b3=block(), **fuses(), upsample=Named(None, **heads_of), exit=conv(n, 3),
    )
