"""Functions of two and more arrays, whose shapes are broadcast to each other as networks do it."""

import torch

from case import booleans, case, exactly, integers, some, tied, within

# Alike; a number for every channel, every image and channel, every image; one number; either side broadcast, and both at once.
PAIRS = [((2, 3, 2, 3), (2, 3, 2, 3)), ((2, 3, 2, 3), (3,)), ((2, 3, 2, 3), (2, 1, 1, 3)), ((2, 1, 1, 1), (2, 3, 2, 3)), ((2, 3), ()),
         ((), (2, 3)), ((2, 1, 3), (4, 1))]
SMOOTH = [('add', torch.add), ('sub', torch.sub), ('mul', torch.mul), ('squaredDifference', lambda a, b: (a - b) ** 2)]
CHOOSING = [('maximum', torch.maximum), ('minimum', torch.minimum)]
COMPARISONS = [('equal', torch.eq), ('notEqual', torch.ne), ('greater', torch.gt), ('greaterEqual', torch.ge), ('less', torch.lt),
               ('lessEqual', torch.le)]
LOGICAL = [('logicalAnd', torch.logical_and), ('logicalOr', torch.logical_or), ('logicalXor', torch.logical_xor)]
TRUTH = [booleans((2, 2), [0, 0, 1, 1]), booleans((2, 2), [0, 1, 0, 1])]


def power(a, b):
    return torch.pow(a, b)


def prelu(x, alpha):
    return torch.where(x > 0, x, alpha * x)


def by(compare):
    return lambda a, b: torch.where(compare(a, b), 2 * a, b)


def cases():
    for a, b in PAIRS:
        for op, f in SMOOTH:
            yield case(op, [some(*a), some(*b)], f)
        for op, f in CHOOSING:
            yield case(op, [some(*a), some(*b)], f)
        yield case('div', [some(*a), within(0.5, 3, *b)], torch.div)
        yield case('pow', [within(0.5, 3, *a), some(*b)], power)
        if len(a) >= len(b):
            yield case('prelu', [some(*a), some(*b)], prelu)
        yield case('where', [some(*a), some(*b)], by(torch.gt), compare='greater')
    yield case('atan2', [some(3, 4), within(0.5, 3, 4)], torch.atan2)
    for op, f in CHOOSING:
        yield case(op, [tied(4, 6), tied(4, 6)], f, note='of equals')
    for op, f in COMPARISONS:
        yield case(op, [tied(4, 6), tied(6)], f, differentiable=[])
        yield case('where', [tied(4, 6), tied(4, 6)], by(f), note='of equals', compare=op)
    for op, f in LOGICAL:
        yield case(op, TRUTH, f)
        yield case('whereBoth', [some(3, 4), some(3, 4)], lambda a, b: torch.where(f(a > 0, b > 0), 2 * a, b), combine=op)
    yield case('whereNot', [some(3, 4), some(3, 4)], lambda a, b: torch.where(torch.logical_not(a > b), 2 * a, b))
    offsets = torch.tensor([0, torch.nan, torch.inf, -torch.inf])
    for test, f in (('isFinite', torch.isfinite), ('isInf', torch.isinf), ('isNaN', torch.isnan)):
        yield case('whereFinite', [some(4)], lambda x: torch.where(f(x + offsets), 2 * x, x), test=test)
    yield case('select', [booleans((3, 1), [1, 0, 1]), some(3, 4), some(4)], torch.where)
    yield case('prelu', [tied(4, 6), some(6)], prelu, note='at its kink')
    whole = exactly((6,), [-3, -2, -1, 1, 2, 3])
    for exponent in (0, 1, 2, 3, -1, -2):
        yield case('powBy', [whole], lambda x: torch.pow(x, exponent), note='of negative numbers', exponent=exponent)
    for exponent in (1, 2, 3, 0.5, 1.5):
        yield case('powBy', [exactly((3,), [0, 0.5, 2])], lambda x: torch.pow(x, exponent), note='at zero', second=exponent >= 2, exponent=exponent)
    yield case('pow', [exactly((3,), [0, 0.5, 2]), exactly((3,), [2, 2, 2])], power, note='at zero', second=False)
    for op, f in (('floorDiv', lambda a, b: torch.floor(a / b)), ('mod', torch.remainder)):
        yield case(op, [some(4, 6), within(0.3, 1.7, 6)], f, second=False)
        yield case(op, [some(4, 6), within(-1.7, -0.3, 6)], f, note='by negative numbers', second=False)
    yield case('addN', [some(2, 3), some(2, 3), some(2, 3)], lambda a, b, c: a + b + c)
    yield case('add', [integers((3,), [1, 2, -3]), integers((3,), [4, 5, 6])], torch.add, note='of integers')
    yield case('maximum', [integers((3,), [1, 5, -3]), integers((3,), [4, 5, -6])], torch.maximum, note='of integers')
