"""Products of matrices, either factor transposed, leading axes broadcast."""

from case import case, some

FACTORS = [
    ((5, 7), (7, 3), False, False), ((8, 12), (12, 16), False, False), ((7, 5), (7, 9), True, False), ((6, 5), (9, 5), False, True),
    ((4, 6), (5, 4), True, True), ((1, 6), (6, 1), False, False), ((3, 4, 5), (3, 5, 6), False, False), ((3, 5, 4), (3, 6, 5), True, True),
    ((2, 3, 4, 5), (2, 3, 5, 2), False, False), ((2, 1, 4, 5), (3, 5, 2), False, False), ((4, 5), (3, 5, 2), False, False),
    ((3, 4, 5), (5, 2), False, False),
]


def product(a, b, transpose_a, transpose_b):
    return (a.transpose(-1, -2) if transpose_a else a) @ (b.transpose(-1, -2) if transpose_b else b)


def cases():
    for i, (a, b, transpose_a, transpose_b) in enumerate(FACTORS):
        yield case('matMul', [some(*a), some(*b)], lambda x, y: product(x, y, transpose_a, transpose_b), second=i in (0, 4, 7, 9),
                   transposeA=transpose_a, transposeB=transpose_b)
