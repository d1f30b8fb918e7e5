"""Maximum and average pooling, windows side by side and overlapping. Of equal maxima the first takes the gradient; padding counts in neither."""

import torch
import torch.nn.functional as F

from case import apart, case, some, tied, within
from convolution import sides

WINDOWS = [  # image, window, strides, padding
    ((2, 6, 8, 2), (2, 2), (2, 2), 'valid'), ((1, 7, 9, 2), (2, 2), (2, 2), 'valid'), ((1, 7, 8, 3), (2, 2), (2, 2), 'same'),
    ((2, 7, 8, 2), (3, 3), (2, 2), 'valid'), ((1, 7, 8, 2), (3, 3), (2, 2), 'same'), ((1, 6, 7, 2), (3, 3), (1, 1), 'valid'),
    ((1, 6, 7, 2), (3, 3), (1, 1), 'same'), ((1, 14, 17, 2), (7, 7), (3, 3), 'valid'), ((1, 6, 7, 2), (3, 3), (2, 2), 1),
    ((1, 8, 9, 2), (2, 2), (3, 3), 'valid'), ((1, 6, 8, 2), (2, 3), (1, 2), 'valid'), ((2, 5, 6, 2), (5, 6), (1, 1), 'valid'),
    ((1, 15, 16, 8), (7, 7), (3, 3), 'valid'),
]


def framed(x, window, strides, pad, value):
    (top, bottom), (left, right) = (sides(x.shape[1 + i], window[i], strides[i], pad, i) for i in (0, 1))
    return F.pad(x.permute(0, 3, 1, 2), [left, right, top, bottom], value=value)


def max_pool(x, window, strides, pad):
    return F.max_pool2d(framed(x, window, strides, pad, -1e30), window, strides).permute(0, 2, 3, 1)


def avg_pool(x, window, strides, pad):
    counted = F.avg_pool2d(framed(torch.ones_like(x), window, strides, pad, 0), window, strides)
    return (F.avg_pool2d(framed(x, window, strides, pad, 0), window, strides) / counted).permute(0, 2, 3, 1)


def cases():
    for i, (shape, window, strides, pad) in enumerate(WINDOWS):
        options = {'window': window, 'strides': strides, 'pad': pad}
        yield case('maxPool', [apart(*shape, step=1)], lambda x: max_pool(x, window, strides, pad), second=i in (0, 4), **options)
        yield case('maxPool', [tied(*shape)], lambda x: max_pool(x, window, strides, pad), note='of equals', second=False, **options)
        yield case('avgPool', [some(*shape)], lambda x: avg_pool(x, window, strides, pad), second=i in (0, 4), **options)
    for shape, window, strides, pad in (WINDOWS[2], WINDOWS[4]):
        yield case('maxPool', [within(-3, -1, *shape)], lambda x: max_pool(x, window, strides, pad), note='of negative values', second=False,
                   window=window, strides=strides, pad=pad)
