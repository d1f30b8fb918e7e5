"""Operations in the combinations in which networks have them: where compilers fuse them, and where second derivatives pass through several."""

import torch
import torch.nn.functional as F

from case import case, some, within
from convolution import conv2d
from pooling import max_pool
from shaping import depth_to_space

ONE, SAME = (1, 1), 'same'


def conv(x, w):
    return conv2d(x, w, ONE, ONE, SAME)


def rectified(x, w, bias):
    return F.relu(conv(x, w) + bias)


def attention(x, squeeze, excite):
    """Channels weighted by what two convolutions of the image's mean say."""
    pooled = x.mean((1, 2), keepdim=True)
    return x * torch.sigmoid(conv(F.relu(conv(pooled, squeeze)), excite))


def cases():
    for channels in (3, 8):
        x, w, bias = some(2, 4, 6, 8), within(-0.5, 0.5, 3, 3, 8, channels), some(channels)
        yield case('convBiasRelu', [x, w, bias], rectified)
        if channels == 8:
            yield case('convBiasResidual', [x, w, bias], lambda x, w, bias: x + conv(x, w) + bias)
            yield case('maxPoolOfConv', [x, w], lambda x, w: max_pool(conv(x, w), (2, 2), (2, 2), 'valid'), second=False)
            yield case('meanOfConv', [x, w], lambda x, w: conv(x, w).mean((1, 2)))
    yield case('upsampler', [some(1, 4, 5, 2), within(-0.5, 0.5, 3, 3, 2, 4), some(4), within(-0.5, 0.5, 3, 3, 4, 8)],
               lambda x, w, bias, last: depth_to_space(2)(conv(rectified(x, w, bias), last)))
    yield case('channelAttention', [some(2, 3, 4, 4), some(1, 1, 4, 2), some(1, 1, 2, 4)], attention)
