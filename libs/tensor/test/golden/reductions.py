"""Reductions over every axis and combination of neighbouring ones, and what runs along one axis."""

import torch
import torch.nn.functional as F

from case import apart, booleans, case, exactly, some, tied, within

AXES = [[0], [1], [2], [3], [1, 2], [0, 1, 2], [0, 2], [1, 3], [0, 1, 2, 3]]
SHAPE, VECTORS = (2, 3, 2, 3), (2, 2, 3, 8)  # Sums and means of whole vectors of channels are kernels of their own.


def each(f):
    """A reduction that PyTorch offers along one axis only."""
    def over(x, axes, keep):
        for axis in sorted(axes, reverse=True):
            x = f(x, axis, keep)
        return x
    return over


REDUCTIONS = [
    ('sum', lambda x, axes, keep: torch.sum(x, axes, keepdim=keep)),
    ('mean', lambda x, axes, keep: torch.mean(x, axes, keepdim=keep)),
    ('max', lambda x, axes, keep: torch.amax(x, axes, keepdim=keep)),
    ('min', lambda x, axes, keep: torch.amin(x, axes, keepdim=keep)),
    ('prod', each(lambda x, axis, keep: torch.prod(x, axis, keepdim=keep))),
    ('logSumExp', lambda x, axes, keep: torch.logsumexp(x, axes, keepdim=keep)),
    ('euclideanNorm', lambda x, axes, keep: torch.sqrt(torch.sum(x * x, axes, keepdim=keep))),
    ('variance', lambda x, axes, keep: torch.var(x, axes, keepdim=keep, correction=0)),
]


def cumulative(f, neutral):
    def along(x, axis, is_exclusive, reverse):
        x = x.flip(axis) if reverse else x
        y = f(x, axis)
        if is_exclusive:
            y = torch.cat([torch.full_like(x.narrow(axis, 0, 1), neutral), y.narrow(axis, 0, x.shape[axis] - 1)], axis)
        return y.flip(axis) if reverse else y
    return along


def cases():
    for op, f in REDUCTIONS:
        for shape in [SHAPE, VECTORS] if op in ('sum', 'mean') else [SHAPE]:
            for i, axes in enumerate(AXES):
                keep = i % 2 == 1
                x = within(0.5, 1.5, *shape) if op == 'prod' else apart(*shape, step=1)
                yield case(op, [x], lambda x: f(x, axes, keep), second=i in (0, 4), axes=axes, keepDims=keep)
    for op, f in REDUCTIONS[2:4]:
        for axes in ([0], [1], [0, 1]):
            yield case(op, [tied(4, 6)], lambda x: f(x, axes, False), note='of equals', axes=axes, keepDims=False)
    for axes in ([0], [1], [0, 1]):
        zeros = exactly((3, 3), [1, 0, 2, 0.5, 3, -1, 0, 0, 2])
        yield case('prod', [zeros], lambda x: REDUCTIONS[4][1](x, axes, False), note='with zeros', axes=axes, keepDims=False)
    for op, f in REDUCTIONS[:2]:
        for axes in ([0, 1, 2], [1, 2], [0, 1, 2, 3]):
            # Numbers about 3: rounding errors of one running float32 sum would show.
            yield case(op, [some(4, 96, 96, 8).shifted(192)], lambda x: f(x, axes, False), note='of long sums', differentiable=[],
                       axes=axes, keepDims=False)
    for op, f in (('argMax', torch.argmax), ('argMin', torch.argmin)):
        for axis in (0, 1, 2):
            yield case(op, [apart(2, 3, 4)], lambda x: f(x, axis), differentiable=[], axis=axis)
    for op, f in (('timesArgMax', torch.argmax), ('timesArgMin', torch.argmin)):
        yield case(op, [apart(4, 3)], lambda x: x * f(x, 0))
    truth = booleans((2, 2, 3), [0, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1])
    for op, f in (('any', torch.any), ('all', torch.all)):
        for axis, keep in ((0, False), (1, True), (2, False)):
            yield case(op, [truth], lambda x: f(x, axis, keepdim=keep), axes=[axis], keepDims=keep)
    for op, f in (('cumsum', cumulative(torch.cumsum, 0)), ('cumprod', cumulative(torch.cumprod, 1))):
        for axis in (0, 1, 2):
            for is_exclusive, reverse in ((False, False), (True, False), (False, True), (True, True)):
                yield case(op, [within(0.5, 1.5, 2, 4, 3)], lambda x: f(x, axis, is_exclusive, reverse),
                           axis=axis, exclusive=is_exclusive, reverse=reverse)
    for shape in ((4, 6), (2, 2, 3, 5)):
        yield case('softmax', [some(*shape)], lambda x: F.softmax(x, -1))
        yield case('logSoftmax', [some(*shape)], lambda x: F.log_softmax(x, -1))
    large = exactly((2, 4), [100, 99, 98, -100, -90, -91, 0, 1])
    yield case('softmax', [large], lambda x: F.softmax(x, -1), note='of large numbers')
    yield case('logSoftmax', [large], lambda x: F.log_softmax(x, -1), note='of large numbers')
