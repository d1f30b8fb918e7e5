"""Resizing: PyTorch's interpolation where it has the convention, else the formula of the convention."""

import torch
import torch.nn.functional as F

from case import case, some

# Height and width before and after: enlarged and shrunk, by whole factors and others, one side alone, from and to one pixel.
SIZES = [
    ([4, 5], [8, 10]), ([3, 4], [9, 12]), ([4, 5], [7, 11]), ([5, 3], [8, 7]), ([8, 9], [4, 3]), ([7, 8], [5, 3]), ([6, 5], [6, 8]),
    ([4, 6], [3, 9]), ([1, 5], [3, 2]), ([5, 4], [1, 1]), ([3, 3], [3, 3]),
]
# Where a position that is whole, or the step from one to the next, is lost when it is computed in float32, as PyTorch does.
ROUNDED = [([26, 14], [22, 46]), ([14, 8], [23, 47]), ([12, 2], [37, 41])]
CENTRES = [(False, False), (True, False), (False, True)]


def channels_first(f):
    return lambda x: f(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def ratio(before, after, align_corners):
    """Numerator and denominator of the distance between output pixels, in input pixels."""
    return (before - 1, after - 1) if align_corners and after > 1 else (before, after)


def matrix(kind, before, after, align_corners, half_pixel):
    """[after, before]: how one axis is resized. Positions are exact fractions; TensorFlow's convention without either option has no name in PyTorch."""
    top, bottom = ratio(before, after, align_corners)
    m = torch.zeros(after, before)
    for i in range(after):
        if kind == 'nearest':
            twice = (2 * i + 1) * top if half_pixel else 2 * i * top  # position = twice / (2 bottom)
            k = (twice + bottom) // (2 * bottom) if align_corners else twice // (2 * bottom)
            m[i, min(k, before - 1)] = 1
            continue
        position = ((i + 0.5) * top / bottom - 0.5) if half_pixel else i * top / bottom
        position = min(max(position, 0), before - 1)
        low = min(int(position), before - 1)
        m[i, low] += 1 - (position - low)
        m[i, min(low + 1, before - 1)] += position - low
    return m


def by_matrices(kind, size, align_corners, half_pixel):
    def f(x):
        rows, columns = (matrix(kind, x.shape[1 + i], size[i], align_corners, half_pixel) for i in (0, 1))
        return torch.einsum('ph,qw,nhwc->npqc', rows, columns, x)

    return f


def torchs(kind, size, align_corners, half_pixel):
    """PyTorch's own interpolation; None where it lacks the convention."""
    if kind == 'bilinear' and (align_corners or half_pixel):
        return channels_first(lambda x: F.interpolate(x, size=size, mode='bilinear', align_corners=align_corners))
    if kind == 'nearest' and not align_corners:
        return channels_first(lambda x: F.interpolate(x, size=size, mode='nearest-exact' if half_pixel else 'nearest'))
    return None


def cases():
    for op, kind in (('resizeBilinear', 'bilinear'), ('resizeNearestNeighbor', 'nearest')):
        for align_corners, half_pixel in CENTRES:
            options = {'alignCorners': align_corners, 'halfPixelCenters': half_pixel}
            for i, (before, size) in enumerate(SIZES):
                x = some(2, *before, 2)
                formula = by_matrices(kind, size, align_corners, half_pixel)
                f = torchs(kind, size, align_corners, half_pixel) or formula
                assert torch.allclose(f(x.tensor()), formula(x.tensor()), atol=1e-6)
                yield case(op, [x], f, second=i in (0, 2, 5), size=size, **options)
        for (before, size), (align_corners, half_pixel) in zip(ROUNDED, CENTRES):
            yield case(op, [some(1, *before, 1)], by_matrices(kind, size, align_corners, half_pixel), second=False,
                       size=size, alignCorners=align_corners, halfPixelCenters=half_pixel)
