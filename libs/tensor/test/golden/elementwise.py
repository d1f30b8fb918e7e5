"""Functions of one number, at ordinary arguments and at their kinks and bounds, where PyTorch says which slope holds."""

import torch
import torch.nn.functional as F

from case import booleans, case, exactly, integers, some, tied, within

ANY = [('neg', torch.neg), ('square', torch.square), ('exp', torch.exp), ('expm1', torch.expm1), ('sin', torch.sin), ('cos', torch.cos),
       ('atan', torch.atan), ('sinh', torch.sinh), ('cosh', torch.cosh), ('asinh', torch.asinh), ('tanh', torch.tanh),
       ('sigmoid', torch.sigmoid), ('softplus', F.softplus), ('erf', torch.erf), ('selu', F.selu), ('elu', F.elu)]
POSITIVE = [('sqrt', torch.sqrt), ('rsqrt', torch.rsqrt), ('reciprocal', torch.reciprocal), ('log', torch.log), ('log1p', torch.log1p)]
WITHIN_ONE = [('asin', torch.asin), ('acos', torch.acos), ('atanh', torch.atanh), ('tan', torch.tan)]
# Two functions side by side at every kink and bound, and constant pieces whose slope is zero.
KINKED = [('abs', torch.abs), ('relu', F.relu), ('elu', F.elu), ('selu', F.selu), ('sign', torch.sign), ('floor', torch.floor),
          ('ceil', torch.ceil), ('round', torch.round)]
HALVES = [k / 2 for k in range(-7, 8)]


def step(alpha):
    return lambda x: torch.where(x > 0, torch.ones_like(x), alpha * torch.ones_like(x))


def cases():
    for op, f in ANY:
        yield case(op, [some(3, 5)], f)
    for op, f in POSITIVE:
        yield case(op, [within(0.2, 3, 3, 5)], f)
    for op, f in WITHIN_ONE:
        yield case(op, [within(-0.9, 0.9, 3, 5)], f)
    yield case('acosh', [within(1.1, 3, 3, 5)], torch.acosh)
    for op, f in KINKED:
        yield case(op, [exactly((15,), HALVES)], f, note='at its kinks', second=False)
        yield case(op, [exactly((6,), [-2.75, -1.25, -0.25, 0.25, 1.25, 2.75])], f, note='beside its kinks')
    yield case('relu6', [exactly((11,), [-2, -1, 0, 1, 3, 5.5, 6, 6.5, 7, 9, 12])], F.relu6, note='at its kinks')
    yield case('leakyRelu', [exactly((15,), HALVES)], lambda x: F.leaky_relu(x, 0.25), alpha=0.25)
    yield case('step', [exactly((15,), HALVES)], step(0.25), alpha=0.25)
    yield case('clipByValue', [exactly((15,), HALVES)], lambda x: torch.clamp(x, -1.5, 2), min=-1.5, max=2)
    yield case('sqrt', [exactly((4,), [0, 0.25, 1, 4])], torch.sqrt, note='at zero', second=False)
    # Where a function that is put together from others overflows or cancels.
    yield case('softplus', [exactly((9,), [-90, -40, -20, -5, 0, 5, 20, 40, 90])], lambda x: F.softplus(x, threshold=200), note='far from zero')
    yield case('sigmoid', [exactly((7,), [-90, -20, -5, 0, 5, 20, 90])], torch.sigmoid, note='far from zero')
    yield case('tanh', [exactly((7,), [-90, -20, -5, 0, 5, 20, 90])], torch.tanh, note='far from zero')
    yield case('log1p', [within(-1 / 16, 1 / 16, 9)], torch.log1p, note='near zero')
    yield case('expm1', [within(-1 / 16, 1 / 16, 9)], torch.expm1, note='near zero')
    yield case('identity', [some(2, 3)], lambda x: x * 1)
    yield case('zerosLike', [some(2, 3)], lambda x: x * 0)
    yield case('onesLike', [some(2, 3)], lambda x: x * 0 + 1)
    yield case('logicalNot', [booleans((4,), [0, 1, 1, 0])], torch.logical_not)
    # Integers and booleans have no slope.
    yield case('toFloat', [integers((4,), [-3, 0, 2, 7])], lambda x: x.to(torch.float64))
    yield case('toFloat', [booleans((4,), [0, 1, 1, 0])], lambda x: x.to(torch.float64), note='of booleans')
    yield case('throughInteger', [exactly((15,), HALVES)], lambda x: x * x.to(torch.int32))
    yield case('throughBoolean', [tied(7)], lambda x: x * x.to(torch.bool))
