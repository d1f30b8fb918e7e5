"""What moves elements about."""

import torch
import torch.nn.functional as F

from case import booleans, case, exactly, integers, some


def flat_pad(paddings):
    return [side for pair in reversed(paddings) for side in pair]


def mirrored(n, before, after, mode):
    """The elements that a padded axis consists of."""
    skip = 1 if mode == 'reflect' else 0
    return ([before - 1 + skip - i for i in range(before)] + list(range(n)) + [n - 1 - skip - i for i in range(after)])


def mirror_pad(paddings, mode):
    def f(x):
        for axis, (before, after) in enumerate(paddings):
            x = x.index_select(axis, torch.tensor(mirrored(x.shape[axis], before, after, mode)))
        return x
    return f


def space_to_batch(block, paddings):
    def f(x):
        x = F.pad(x, [0, 0, *paddings[1], *paddings[0]])
        n, h, w, c = x.shape
        x = x.reshape(n, h // block[0], block[0], w // block[1], block[1], c)
        return x.permute(2, 4, 0, 1, 3, 5).reshape(-1, h // block[0], w // block[1], c)
    return f


def batch_to_space(block, crops):
    def f(x):
        n, h, w, c = x.shape
        x = x.reshape(block[0], block[1], n // (block[0] * block[1]), h, w, c).permute(2, 3, 0, 4, 1, 5)
        x = x.reshape(n // (block[0] * block[1]), h * block[0], w * block[1], c)
        return x[:, crops[0][0]:x.shape[1] - crops[0][1], crops[1][0]:x.shape[2] - crops[1][1]]
    return f


def depth_to_space(s):
    def f(x):
        n, h, w, c = x.shape
        return x.reshape(n, h, w, s, s, c // s**2).permute(0, 1, 3, 2, 4, 5).reshape(n, h * s, w * s, c // s**2)
    return f


def cases():
    yield case('reshape', [some(3, 4, 2)], lambda x: x.reshape(2, 12), shape=[2, 12])
    yield case('expandDims', [some(3, 4)], lambda x: x[:, None], axis=1)
    for perm in ([1, 0, 2, 3], [0, 2, 1, 3], [3, 1, 2, 0], [0, 3, 1, 2], [3, 2, 1, 0]):
        yield case('transpose', [some(2, 3, 5, 4)], lambda x: x.permute(*perm), second=perm[0] == 1, perm=perm)
    yield case('transpose', [some(2, 3, 2, 2, 3, 2)], lambda x: x.permute(0, 2, 4, 1, 3, 5), second=False, perm=[0, 2, 4, 1, 3, 5])
    yield case('transpose', [integers((2, 2), [1, 2, 3, 2**30 + 1])], lambda x: x.T, note='of integers', perm=[1, 0])
    for axes in ([0], [1, 2], [3], [0, 1, 2, 3]):
        yield case('reverse', [some(2, 3, 4, 3)], lambda x: x.flip(axes), second=axes == [0], axes=axes)
    yield case('reverse', [booleans((3,), [1, 0, 0])], lambda x: x.flip(0), note='of booleans', axes=[0])
    yield case('slice', [some(3, 5, 6, 4)], lambda x: x[1:3, :, 2:5, 1:4], begin=[1, 0, 2, 1], size=[2, 5, 3, 3])
    yield case('slice', [some(3, 11, 13)], lambda x: x[:, 1:10, 2:13], note='of odd runs', second=False, begin=[0, 1, 2], size=[3, 9, 11])
    yield case('stridedSlice', [some(2, 7, 8, 3)], lambda x: x[:, 1:7:2, 0:8:3], begin=[0, 1, 0, 0], end=[2, 7, 8, 3], strides=[1, 2, 3, 1], shrink=0)
    backwards = lambda x: x[1].index_select(0, torch.tensor([6, 4, 2]))
    yield case('stridedSlice', [some(3, 8, 4)], backwards, note='backwards, dropping an axis', begin=[1, 6, 0], end=[2, 0, 4],
               strides=[1, -2, 1], shrink=1)
    for axis in (0, 1, 3):
        parts = [some(*(length if i == axis else side for i, side in enumerate((2, 3, 2, 4)))) for length in (3, 1, 4)]
        yield case('concat', parts, lambda *xs: torch.cat(xs, axis), second=axis == 1, axis=axis)
    for axis in (0, 1, 2):
        yield case('stack', [some(3, 4), some(3, 4)], lambda a, b: torch.stack([a, b], axis), axis=axis)
    yield case('unstack', [some(3, 4)], lambda x: x[1] + 2 * x[2], axis=0)
    yield case('unstack', [some(4, 3)], lambda x: x[:, 1] + 2 * x[:, 2], axis=1)
    for axis, shape in ((0, (5, 2, 2)), (1, (2, 5, 2)), (2, (2, 2, 5))):
        yield case('split', [some(*shape)], lambda x: x.narrow(axis, 1, 2) * x.narrow(axis, 3, 2), sizes=[1, 2, 2], axis=axis)
    yield case('split', [some(2, 6)], lambda x: x[:, :3] * x[:, 3:], note='into equal parts', sizes=2, axis=1)
    for axis, shape in ((0, (5, 4)), (1, (3, 5)), (1, (2, 5, 3))):
        yield case('gather', [some(*shape)], lambda x: x.index_select(axis, torch.tensor([3, 0, 3, 1, 3])), note='with repeats',
                   indices=[3, 0, 3, 1, 3], axis=axis)
    yield case('gather', [some(4, 3)], lambda x: x[torch.tensor([[0, 3], [3, 1]])], note='by a matrix', indices=[[0, 3], [3, 1]], axis=0)
    yield case('gatherND', [some(3, 4)], lambda x: x[[0, 2, 2], [1, 3, 3]], indices=[[0, 1], [2, 3], [2, 3]])
    def scattered(x):
        return torch.zeros(5, 2).index_add(0, torch.tensor([3, 0, 3]), x)
    yield case('scatterND', [some(3, 2)], scattered, note='with repeats', indices=[[3], [0], [3]], shape=[5, 2])
    yield case('unsortedSegmentSum', [some(3, 2)], scattered, segments=[3, 0, 3], count=5)
    for reps in ([2, 1, 3], [1, 1, 1], [3, 2, 2]):
        yield case('tile', [some(2, 3, 2)], lambda x: x.repeat(*reps), second=reps[0] == 2, reps=reps)
    yield case('tile', [some(3, 1)], lambda x: x.repeat(1, 3), note='of a column', reps=[1, 3])
    yield case('broadcastTo', [some(2, 1, 1, 3)], lambda x: x.expand(2, 3, 2, 3), shape=[2, 3, 2, 3])
    paddings = [[0, 0], [1, 2], [3, 0], [0, 1]]
    yield case('pad', [some(2, 3, 2, 2)], lambda x: F.pad(x, flat_pad(paddings), value=0.5), paddings=paddings, value=0.5)
    for mode in ('reflect', 'symmetric'):
        for paddings in ([[0, 0], [2, 1], [3, 4], [0, 0]], [[0, 0], [0, 1], [1, 0], [1, 1]]):
            yield case('mirrorPad', [some(1, 4, 5, 2)], mirror_pad(paddings, mode), second=paddings[3] == [1, 1], paddings=paddings, mode=mode)
    for s in (2, 3):
        yield case('depthToSpace', [some(2, 2, 3, 2 * s * s)], depth_to_space(s), second=s == 2, blockSize=s)
    yield case('spaceToBatchND', [some(2, 3, 4, 2)], space_to_batch([2, 2], [[1, 0], [1, 1]]), block=[2, 2], paddings=[[1, 0], [1, 1]])
    yield case('batchToSpaceND', [some(8, 2, 3, 2)], batch_to_space([2, 2], [[1, 0], [1, 1]]), block=[2, 2], crops=[[1, 0], [1, 1]])
    yield case('oneHot', [integers((3,), [2, 0, 3])], lambda i: F.one_hot(i, 4) * 3.0 - 1, depth=4)
    yield case('diag', [some(3)], torch.diag)
    yield case('topk', [exactly((2, 4), [1, 4, 2, 3, -1, -2, 5, 0])], lambda x: torch.topk(x, 2).values, k=2)
    # Made of attributes alone; x lends them what tfjs differentiates.
    yield case('fill', [some(2, 3)], lambda x: x * 2.5, shape=[2, 3], value=2.5)
    yield case('range', [some(4)], lambda x: x * torch.arange(1, 9, 2), start=1, stop=9, step=2)
    yield case('linspace', [some(5)], lambda x: x * torch.linspace(-1, 1, 5), start=-1, stop=1, count=5)
