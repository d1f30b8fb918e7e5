"""One case: an operation on given inputs, its value, its gradients and a product with its second derivatives, by PyTorch in float64."""

import math

import numpy as np
import torch

torch.set_default_dtype(torch.float64)

UNIT = 64  # Inputs are multiples of 1 / UNIT, which float32 holds exactly.
LARGE = 100  # Of arrays with more elements, about SAMPLES are stored, and one number that depends on all.
SAMPLES = 40


class Input:
    """An argument: `integers` / UNIT of a shape; not stored where they are drawn(size, seed) + offset."""

    def __init__(self, shape, integers, dtype='float32', seed=None, offset=0):
        self.shape, self.integers, self.dtype = list(shape), [int(k) + offset for k in integers], dtype
        self.origin = None if seed is None else {'seed': seed, **({'offset': offset} if offset else {})}
        assert len(self.integers) == math.prod(shape), (shape, len(self.integers))

    def shifted(self, offset):
        return Input(self.shape, self.integers, self.dtype, self.origin['seed'], offset)

    def tensor(self):
        values = torch.tensor(self.integers, dtype=torch.int64).reshape(self.shape)
        return {'float32': lambda: values.to(torch.float64) / UNIT, 'int32': lambda: values, 'bool': lambda: values.bool()}[self.dtype]()

    def stored(self):
        kind = {} if self.dtype == 'float32' else {'dtype': self.dtype}
        if self.origin:
            return {'shape': self.shape, **self.origin}
        return {'shape': self.shape, 'integers': self.integers, **kind}


def drawn(size, seed):
    """Integers from -128 to 128 of a linear congruential generator (75 s + 74 mod 65537), which the tests repeat."""
    state, integers = (seed * 7919 + 1) % 65537, []
    for _ in range(size):
        state = (75 * state + 74) % 65537
        integers.append(state // 256 - 128)
    return integers


_seed = 100


def some(*shape):
    """Values between -2 and 2."""
    global _seed
    _seed += 1
    return Input(shape, drawn(math.prod(shape), _seed), seed=_seed)


def within(low, high, *shape):
    """Values between two bounds."""
    x = some(*shape)
    low, high = math.ceil(low * UNIT), math.floor(high * UNIT)
    return Input(shape, [low + (k + 128) * (high - low) // 256 for k in x.integers])


def apart(*shape, step=3):
    """All different, at least `step` / UNIT apart, and none zero: for operations that choose among elements."""
    n = math.prod(shape)
    order = np.argsort(np.argsort(some(*shape).integers, kind='stable'), kind='stable')
    return Input(shape, [step * int(k) - step * n // 2 + 1 for k in order])


def tied(*shape):
    """Few different values, zero among them: most elements have equals."""
    return Input(shape, [k // 64 * 32 for k in some(*shape).integers])


def exactly(shape, values):
    """Values as given, multiples of 1 / UNIT."""
    return Input(shape, [value * UNIT for value in np.ravel(values)])


def integers(shape, values):
    return Input(shape, np.ravel(values), dtype='int32')


def booleans(shape, values):
    return Input(shape, np.ravel(values), dtype='bool')


def number(value):
    if math.isfinite(value):
        rounded = float(f'{value:.9g}')
        return int(rounded) if rounded.is_integer() else rounded
    return 'nan' if math.isnan(value) else 'inf' if value > 0 else '-inf'


def result(x):
    """An array whole, or, where large, every step-th of its elements and its product with drawn(size, 1) / UNIT."""
    dtype = {} if x.dtype == torch.float64 else {'dtype': 'bool' if x.dtype == torch.bool else 'int32'}
    shape, flat = list(x.shape), x.detach().to(torch.float64).flatten().numpy()
    if flat.size <= LARGE:
        return {'shape': shape, **dtype, 'data': [number(v) for v in flat]}
    step = next(s for s in range(max(flat.size // SAMPLES, 2), flat.size) if s % 2 and s % 3 and s % 5)
    product = float(np.dot(flat, np.array(drawn(flat.size, 1)) / UNIT))
    return {'shape': shape, **dtype, 'step': step, 'data': [number(v) for v in flat[::step]], 'product': number(product)}


def weights(shape, seed):
    return torch.tensor(drawn(math.prod(shape), seed)).to(torch.float64).reshape(shape) / UNIT


def case(op, inputs, f, note=None, differentiable=None, second=True, **attrs):
    """
    y = f(inputs). Gradients are those of sum(r y), r = drawn(size, 1) / UNIT; second[i] is the gradient in input i of the sum over
    inputs j of v_j g_j, g the gradients of sum(r y (y + 1)) and v_j = drawn(size, 2 + j) / UNIT. `differentiable`: inputs with a gradient,
    every one of floating point unless given; `second`: whether second derivatives are compared.
    """
    if differentiable is None:
        differentiable = [i for i, x in enumerate(inputs) if x.dtype == 'float32']
    tensors = [x.tensor() for x in inputs]
    for i in differentiable:
        tensors[i].requires_grad_()
    y = f(*tensors)
    made = {'op': op, **({'note': note} if note else {}), 'attrs': attrs, 'inputs': [x.stored() for x in inputs], 'value': result(y)}
    if differentiable:
        along = [tensors[i] for i in differentiable]
        r = weights(y.shape, 1)

        def gradients(loss, **options):
            if not loss.requires_grad:
                return [torch.zeros_like(x) for x in along]
            found = torch.autograd.grad(loss, along, allow_unused=True, **options)
            return [torch.zeros_like(x) if g is None else g for g, x in zip(found, along)]

        first = gradients((r * y).sum(), retain_graph=True)
        made['gradients'] = {str(i): result(g) for i, g in zip(differentiable, first)}
        if second:
            slopes = gradients((r * y * (y + 1)).sum(), create_graph=True)
            directions = [weights(x.shape, 2 + i) for i, x in zip(differentiable, along)]
            products = gradients(sum((v * g).sum() for v, g in zip(directions, slopes)))
            made['second'] = {str(i): result(g) for i, g in zip(differentiable, products)}
    return made
