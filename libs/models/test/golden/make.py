"""Golden outputs, gradients and parameter counts of the SR networks: PyTorch in float64.

    python3 libs/models/test/golden/make.py [--authors DIR] [NETWORK ...]        (needs torch and numpy)
    npx prettier --write libs/models/test/golden

For every module of sr/ (the architectures) and parts/ (networks that train along with them), or those named, writes the .json beside it.
A module has

    network(scale, **options)   the network, whose state dict has the official names; takes and gives images in 0..1
    CASES                       small configurations of it, by the names of our options, with the scale
    PUBLISHED                   configurations whose parameters are counted: at least those of the zoo
    SOURCE                      where its layers come from
    SIZE                        LR height and width of the image, where 5x7 will not do
    SILENT                      parameters that no gradient reaches, with the reason

and perhaps `channels`, an attribute of the network, where those are not 3. Some run the authors' own code, which --authors has to lead to.
"""

import argparse
import importlib
import json
import pathlib

import torch

import authors
from golden import golden, parameter_count

HERE = pathlib.Path(__file__).parent


def configuration(options):
    return {"scale": options["scale"], "options": {name: value for name, value in options.items() if name != "scale"}}


def made(module):
    def case(options):
        model = module.network(**options)
        return configuration(options) | golden(model, getattr(model, "channels", 3), getattr(module, "SIZE", (5, 7)), getattr(module, "SILENT", {}))

    def count(options):
        return configuration(options) | {"parameters": parameter_count(module.network(**options))}

    source = f"PyTorch {torch.__version__.split('+')[0]}, float64: {module.SOURCE}"
    return {"source": source, "cases": [case(options) for options in module.CASES], "published": [count(options) for options in module.PUBLISHED]}


def text(value, pad=""):
    """What holds dictionaries goes over several lines, everything else on one."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if not any(isinstance(item, dict) or isinstance(item, list) and item and isinstance(item[0], dict) for item in inner):
        return json.dumps(value)
    keys = [json.dumps(key) + ": " for key in value] if isinstance(value, dict) else [""] * len(inner)
    lines = ",\n".join(f"{pad}  {key}{text(item, pad + '  ')}" for key, item in zip(keys, inner))
    return f"{{\n{lines}\n{pad}}}" if isinstance(value, dict) else f"[\n{lines}\n{pad}]"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--authors", metavar="DIR")
    parser.add_argument("networks", nargs="*", metavar="NETWORK")
    arguments = parser.parse_args()
    authors.FOLDER = arguments.authors
    for path in sorted([*HERE.glob("sr/*.py"), *HERE.glob("parts/*.py")]):
        if not arguments.networks or path.stem in arguments.networks:
            path.with_suffix(".json").write_text(text(made(importlib.import_module(f"{path.parent.name}.{path.stem}"))) + "\n")
