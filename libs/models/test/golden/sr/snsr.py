from torch import nn

from layers import conv
from sr.tnsr import SOURCE, srkd

CASES = [dict(scale=2, features=8, blocks=1), dict(scale=3, features=8, blocks=2), dict(scale=4, features=2, blocks=2)]
PUBLISHED = [dict(scale=scale, features=64, blocks=3) for scale in (2, 3, 4)]


def network(scale, features, blocks):
    return srkd(scale, features, blocks, lambda: [conv(features, features, groups=features), nn.ReLU(), conv(features, features, 1)])
