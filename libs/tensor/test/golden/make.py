"""Golden values, gradients and second derivatives of every operation, by PyTorch in float64.

    python3 libs/tensor/test/golden/make.py [family ...]        (needs torch and numpy; writes one .json beside each family's .py)

Every module beside this one that has cases() is a family. Inputs are in the files as multiples of 1 / 64, or by the seed of a generator
that the tests repeat; see case.py. The operations bear the names of tfjs' functions; libs/tensor/test/suite/operations.ts calls them.
"""

import importlib
import json
import pathlib
import sys

import torch

import case

HERE = pathlib.Path(__file__).parent


def main(wanted):
    for path in sorted(HERE.glob('*.py')):
        module = importlib.import_module(path.stem)
        if not hasattr(module, 'cases') or (wanted and path.stem not in wanted):
            continue
        case._seed = 100  # A family's numbers do not depend on those before it.
        lines = ',\n'.join('  ' + json.dumps(made, separators=(',', ':')) for made in module.cases())
        source = f'PyTorch {torch.__version__.split("+")[0]}, float64: libs/tensor/test/golden/{path.name}'
        path.with_suffix('.json').write_text(f'{{"source": "{source}", "unit": {case.UNIT}, "cases": [\n{lines}\n]}}\n')


if __name__ == '__main__':
    main(sys.argv[1:])
