"""Convolutions, NHWC and HWIO: PyTorch's on images padded first, since TensorFlow's 'same' pads more below and to the right."""

import torch
import torch.nn.functional as F

from case import case, some

ASYMMETRIC = [[2, 0], [1, 3]]
CONV = [  # image, kernel, strides, dilations, padding
    ((2, 6, 5, 3), (3, 3, 3, 4), (1, 1), (1, 1), 'same'),
    ((2, 5, 4, 8), (3, 3, 8, 12), (1, 1), (1, 1), 'same'),
    ((3, 6, 5, 2), (3, 3, 2, 3), (1, 1), (1, 1), 'valid'),
    ((1, 5, 5, 2), (5, 4, 2, 2), (1, 1), (1, 1), 'same'),
    ((2, 4, 5, 3), (1, 1, 3, 5), (1, 1), (1, 1), 'valid'),
    ((1, 4, 4, 2), (3, 3, 2, 2), (1, 1), (1, 1), 4),
    ((1, 3, 4, 1), (1, 1, 1, 2), (1, 1), (1, 1), 1),
    ((2, 5, 6, 2), (3, 2, 2, 3), (1, 1), (1, 1), ASYMMETRIC),
    ((2, 7, 6, 2), (3, 3, 2, 3), (2, 2), (1, 1), 'same'),
    ((1, 7, 8, 2), (4, 4, 2, 2), (2, 2), (1, 1), 1),
    ((1, 8, 9, 2), (3, 3, 2, 2), (2, 3), (1, 1), 'valid'),
    ((1, 7, 8, 2), (1, 1, 2, 3), (2, 2), (1, 1), 'valid'),
    ((1, 9, 7, 1), (5, 5, 1, 2), (3, 3), (1, 1), 'same'),
    ((1, 6, 6, 2), (2, 2, 2, 2), (2, 2), (1, 1), ASYMMETRIC),
    ((1, 12, 11, 2), (5, 5, 2, 1), (4, 4), (1, 1), 2),
    ((1, 7, 8, 2), (3, 3, 2, 3), (1, 1), (2, 2), 'same'),
    ((2, 9, 8, 2), (2, 3, 2, 2), (1, 1), (3, 1), 'valid'),
    ((1, 6, 7, 1), (3, 3, 1, 2), (1, 1), (2, 2), ASYMMETRIC),
]
# Where kernels take their blocked ways: several blocks, odd edges, many channels.
LARGE = [
    ((3, 23, 26, 20), (3, 3, 20, 12), (1, 1), (1, 1), 'same'),
    ((2, 30, 17, 8), (3, 3, 8, 36), (1, 1), (1, 1), 'valid'),
    ((1, 9, 61, 64), (3, 3, 64, 3), (1, 1), (1, 1), ASYMMETRIC),
    ((2, 21, 19, 12), (5, 5, 12, 10), (1, 1), (1, 1), 2),
    ((2, 25, 22, 9), (3, 3, 9, 16), (2, 2), (1, 1), 'same'),
    ((2, 8, 12, 64), (3, 3, 64, 64), (1, 1), (1, 1), 'same'),
]
DEPTHWISE = [
    ((2, 5, 6, 3), (3, 3, 3, 1), (1, 1), (1, 1), 'same'),
    ((1, 6, 5, 2), (3, 2, 2, 3), (1, 1), (1, 1), 'valid'),
    ((1, 7, 6, 2), (3, 3, 2, 2), (2, 2), (1, 1), 'same'),
    ((1, 8, 7, 2), (3, 3, 2, 1), (2, 2), (1, 1), 'valid'),
    ((1, 8, 7, 8), (3, 3, 8, 1), (2, 2), (1, 1), 1),
    ((1, 8, 7, 2), (3, 3, 2, 1), (1, 1), (2, 2), 'same'),
    ((1, 8, 7, 2), (3, 3, 2, 2), (1, 1), (2, 2), 'same'),
    ((2, 5, 4, 8), (5, 5, 8, 1), (1, 1), (1, 1), 2),
]


def sides(size, reach, stride, pad, axis):
    """Zeros before and after along one axis."""
    if pad == 'valid':
        return 0, 0
    if pad == 'same':
        out = -(-size // stride)
        whole = max((out - 1) * stride + reach - size, 0)
        return whole // 2, whole - whole // 2
    return (pad, pad) if isinstance(pad, int) else tuple(pad[axis])


def around(x_shape, w_shape, strides, dilations, pad):
    return [sides(x_shape[1 + i], (w_shape[i] - 1) * dilations[i] + 1, strides[i], pad, i) for i in (0, 1)]


def conv2d(x, w, strides, dilations, pad):
    (top, bottom), (left, right) = around(x.shape, w.shape, strides, dilations, pad)
    padded = F.pad(x.permute(0, 3, 1, 2), [left, right, top, bottom])
    return F.conv2d(padded, w.permute(3, 2, 0, 1).contiguous(), stride=strides, dilation=dilations).permute(0, 2, 3, 1)


def depthwise(x, w, strides, dilations, pad):
    (top, bottom), (left, right) = around(x.shape, w.shape, strides, dilations, pad)
    kh, kw, channels, multiplier = w.shape
    grouped = w.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, kh, kw)
    padded = F.pad(x.permute(0, 3, 1, 2), [left, right, top, bottom])
    return F.conv2d(padded, grouped, stride=strides, dilation=dilations, groups=channels).permute(0, 2, 3, 1)


def transposed(y, w, x_shape, strides, pad):
    """The transpose of conv2d as a linear map, cut out of PyTorch's, which is that of 'valid'."""
    (top, bottom), (left, right) = around(x_shape, w.shape, strides, (1, 1), pad)
    whole = F.conv_transpose2d(y.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1).contiguous(), stride=strides)
    height, width = x_shape[1] + top + bottom, x_shape[2] + left + right
    whole = F.pad(whole, [0, width - whole.shape[3], 0, height - whole.shape[2]])
    return whole[:, :, top:top + x_shape[1], left:left + x_shape[2]].permute(0, 2, 3, 1)


def cases():
    for i, (x, w, strides, dilations, pad) in enumerate(CONV):
        options = {'strides': strides, 'dilations': dilations, 'pad': pad}
        yield case('conv2d', [some(*x), some(*w)], lambda a, b: conv2d(a, b, strides, dilations, pad), second=i in (0, 2, 7, 8, 10, 15), **options)
    for x, w, strides, dilations, pad in LARGE:
        options = {'strides': strides, 'dilations': dilations, 'pad': pad}
        yield case('conv2d', [some(*x), some(*w)], lambda a, b: conv2d(a, b, strides, dilations, pad), second=False, **options)
    yield case('conv2d', [some(5, 4, 2), some(3, 3, 2, 3)], lambda a, b: conv2d(a[None], b, (1, 1), (1, 1), 'same')[0],
               note='of an image without batch axis', strides=(1, 1), dilations=(1, 1), pad='same')
    for i, (x, w, strides, dilations, pad) in enumerate(CONV):
        if dilations == (1, 1):
            y = conv2d(torch.zeros(x), torch.zeros(w), strides, dilations, pad).shape
            yield case('conv2dTranspose', [some(*y), some(*w)], lambda a, b: transposed(a, b, x, strides, pad), second=i in (0, 2, 8),
                       shape=x, strides=strides, pad=pad)
    for i, (x, w, strides, dilations, pad) in enumerate(DEPTHWISE):
        options = {'strides': strides, 'dilations': dilations, 'pad': pad}
        yield case('depthwiseConv2d', [some(*x), some(*w)], lambda a, b: depthwise(a, b, strides, dilations, pad), second=i in (0, 2, 6), **options)
    statistics = [some(2, 3, 4, 3), some(3), some(3).shifted(192), some(3), some(3)]
    yield case('batchNorm', statistics, lambda x, mean, variance, offset, scale: (x - mean) * torch.rsqrt(variance + 0.125) * scale + offset,
               second=False, varianceEpsilon=0.125)
