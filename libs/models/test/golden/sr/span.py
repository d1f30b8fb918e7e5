import sys
from types import ModuleType

from authors import load

SOURCE = "the authors' code, hongyuanyu/SPAN@c77a591: in training mode, or for plain convolutions in evaluation mode"
CASES = [
    dict(scale=2, features=8),
    dict(scale=3, features=6, convolutions="reparameterised"),
    dict(scale=4, features=8, convolutions="reparameterised"),
    dict(scale=4, features=6, convolutions="plain"),
]
PUBLISHED = [dict(scale=scale, features=48, convolutions=c) for c in ("plain", "reparameterised") for scale in (2, 3, 4)]


def network(scale, features, convolutions="plain"):
    released = with_registry(lambda: load("hongyuanyu/SPAN", "c77a591", "basicsr/archs", "span_arch").SPAN(3, 3, features, scale))
    if convolutions == "reparameterised":
        return released.train()
    # Evaluation makes each eval_conv of the other parameters, which are not trained then.
    released.eval()
    released.sources = set()
    for name, parameter in released.named_parameters():
        part = name.split(".")[-3 if ".conv." in name else -2]
        parameter.requires_grad_(part not in ("sk", "conv"))
        if part in ("sk", "conv"):
            released.sources.add(name)
    return released


def with_registry(f):
    """The module registers its class with BasicSR, which is not needed for anything else."""
    names = ["basicsr", "basicsr.utils", "basicsr.utils.registry"]
    before = {name: sys.modules.get(name) for name in names}
    for name in names:
        sys.modules[name] = ModuleType(name)
    registry = ModuleType("registry")
    registry.register = lambda: lambda module: module
    sys.modules[names[-1]].ARCH_REGISTRY = registry
    try:
        return f()
    finally:
        for name, module in before.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module
