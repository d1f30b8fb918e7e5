from torch import nn

from layers import centred, conv, direct_tail, edsr_block

SOURCE = "layers as a third-party port of JDSR has them (Luo et al., ACM MM 2021); names of ours"
CASES = [
    dict(scale=2, features=6, sections=3, blocks=1, resScale=0.5, rgbRange=255, exits="last"),
    dict(scale=3, features=6, sections=2, blocks=2, resScale=1, rgbRange=1),
    dict(scale=4, features=6, sections=2, blocks=1, resScale=1, rgbRange=1, exits="all"),
]
PUBLISHED = []


def network(scale, features, sections, blocks, resScale, rgbRange, exits="last"):
    n = features
    section = lambda: nn.ModuleDict({**{str(b): edsr_block(n, resScale) for b in range(blocks)}, "conv": conv(n, n)})

    def forward(m, x):
        h = head = m.head(x)
        for i in range(sections):
            for module in m.section[str(i + 1)].values():
                h = module(h)
        return m.tail[str(sections)](head + h)

    tails = range(sections) if exits == "all" else [sections - 1]
    return centred(
        rgbRange,
        forward,
        named=False,
        head=conv(3, n),
        section=nn.ModuleDict({str(i + 1): section() for i in range(sections)}),
        tail=nn.ModuleDict({str(i + 1): direct_tail(n, scale) for i in tails}),
    )
