from types import SimpleNamespace

from authors import load
from layers import as_images

SOURCE = "the authors' code, daitao/SAN@7c1e61f; for nonLocalReduction 4 FAKD's copy, Vincent-Hoo/Knowledge-Distillation-for-Super-resolution@589d35f"
# Quadrants of 5 or 6 rows and of 6 or 7 columns, of which the pooling leaves a row and a column out.
SIZE = (11, 13)
SILENT = {"non_local.non_local.phi.0.bias": "adds the same to all keys' products with a query, which softmax does not see"}
CASES = [
    dict(scale=2, features=16, groups=2, blocks=2, reduction=4, meanShift="trained", rgbRange=255),
    dict(scale=3, features=16, groups=1, blocks=1, reduction=2, meanShift="trained", rgbRange=1),
    dict(scale=4, features=16, groups=2, blocks=1, reduction=2, meanShift="trained", rgbRange=1),
    dict(scale=2, features=16, groups=6, blocks=1, reduction=2, nonLocalReduction=4, rgbRange=1),
]
PUBLISHED = [
    *[dict(scale=s, features=64, groups=20, blocks=10, reduction=16, meanShift="trained", rgbRange=255) for s in (2, 3, 4)],
    *[dict(scale=s, features=64, groups=g, blocks=10, reduction=16, nonLocalReduction=4, rgbRange=255) for g in (6, 20) for s in (2, 3, 4)],
]


def network(scale, features, groups, blocks, reduction, rgbRange, nonLocalReduction=8, meanShift="fixed"):
    arguments = SimpleNamespace(
        n_resgroups=groups, n_resblocks=blocks, n_feats=features, reduction=reduction, scale=[scale], rgb_range=rgbRange, n_colors=3, res_scale=1
    )
    if nonLocalReduction == 8 and meanShift == "trained":
        return as_images(load("daitao/SAN", "7c1e61f", "TrainCode", "model.san").SAN(arguments), rgbRange)
    assert nonLocalReduction == 4 and meanShift == "fixed", "neither repository has such a network"
    # Returns its features as well.
    fakd = load("Vincent-Hoo/Knowledge-Distillation-for-Super-resolution", "589d35f", "code", "models.san").SAN(arguments)
    return as_images(fakd, rgbRange, lambda result: result[1])
