from torch import nn

from authors import load
from layers import as_images

SOURCE = "the authors' code, bytedance/RLFN@bccfde9; other depths and widths than its own are put together of its blocks"
# The attention's grid is 2x3.
SIZE = (21, 29)
CASES = [
    dict(scale=2, features=8, middle=8, blocks=2, attention=4, rgbRange=255),
    dict(scale=3, features=8, middle=6, blocks=1, attention=5, rgbRange=1),
    dict(scale=4, features=8, middle=10, blocks=2, attention=4, rgbRange=1),
]
PUBLISHED = [
    *[dict(scale=scale, features=n, middle=n, blocks=6, attention=16, rgbRange=255) for n in (52, 48) for scale in (2, 4)],
    dict(scale=4, features=46, middle=48, blocks=4, attention=16, rgbRange=255),
]


def network(scale, features, middle, blocks, attention, rgbRange):
    block = load("bytedance/RLFN", "bccfde9", "", "model.block")
    released = load("bytedance/RLFN", "bccfde9", "", "model.rlfn").RLFN(feature_channels=features, upscale=scale)
    for i in range(6):
        keep = block.RLFB(features, middle, esa_channels=attention) if i < blocks else nn.Identity()
        setattr(released, f"block_{i + 1}", keep)
    return as_images(released, rgbRange)
