from importlib import import_module

from layers import centred, conv, direct_tail

encoder = import_module("parts.superior-lr-encoder")
SOURCE, CASES, PUBLISHED = encoder.SOURCE, encoder.CASES, encoder.PUBLISHED


def network(scale, features, blocks, rgbRange):
    def forward(m, x):
        h = m.head(x)
        return m.tail(h + m.body(h))

    return centred(
        rgbRange, forward, named=False, head=conv(3, features), body=encoder.trunk(features, blocks), tail=direct_tail(features, scale)
    )
