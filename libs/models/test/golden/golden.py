"""One golden: a network in PyTorch float64, filled by a formula, with its output and its gradients.

Parameters, image and cotangent follow formulas that golden.ts repeats, so only results are stored.
"""

import numpy as np
import torch

torch.set_default_dtype(torch.float64)

IMAGE, COTANGENT, SIGNS = 1, 2, (3, 4, 5)  # Seeds; the parameters' come from their names.


def pattern(count, seed):
    """Values in [-1, 1): MurmurHash3's finaliser of the index, integers only, so that every language agrees on it exactly."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = (h ^ (h >> np.uint32(shift))) * np.uint32(factor)
    return (h ^ (h >> np.uint32(16))) / 2.0**31 - 1


def signs(count, seed):
    return np.where(pattern(count, seed) < 0, -1.0, 1.0)


def as_stored(values, shape):
    """As a weights file has them: rounded to float32."""
    return torch.from_numpy(np.asarray(values).astype(np.float32).astype(np.float64)).reshape(shape)


def trained(model):
    """The tensors of the state dict that are parameters; the others are fixed, or follow from them."""
    parameters = dict(model.named_parameters())
    return {name for name in model.state_dict() if name in parameters and parameters[name].requires_grad}


def filled(model):
    """Those, and what a model's `sources` names: tensors of the state dict that its parameters are made of."""
    return trained(model) | getattr(model, "sources", set())


def fill(model):
    names = filled(model)
    for name, tensor in model.state_dict().items():
        if name in names:
            seed = sum((i + 1) * ord(c) for i, c in enumerate(name)) 
            bound = 1 / np.sqrt(np.prod(tensor.shape[1:])) if tensor.dim() > 1 else 0.1
            tensor.copy_(as_stored(pattern(tensor.numel(), seed) * bound, tensor.shape))
    return model


def number(value, digits=9):
    """So many digits; what rounding leaves of zero is zero."""
    return 0.0 if abs(value) < 1e-12 else float(f"{value:.{digits}g}")


def summary(gradient):
    """Its norm, and its products with vectors of signs, each as large as the norm on the average."""
    flat = gradient.flatten().numpy()
    return [number(np.linalg.norm(flat)), *(number(flat @ signs(flat.size, seed)) for seed in SIGNS)]


def channels_last(x):
    return x.permute(0, 2, 3, 1).contiguous()


def run(model, shape, dtype):
    """Output, channels last, and gradients of sum(c y), c a pattern: in the images under the name "", in the parameters under theirs."""
    torch.set_default_dtype(dtype)
    model.to(dtype).zero_grad()
    x = as_stored((pattern(np.prod(shape), IMAGE) + 1) / 2, shape).to(dtype).requires_grad_()
    y = channels_last(model(x.permute(0, 3, 1, 2)))
    (y.flatten() @ torch.from_numpy(pattern(y.numel(), COTANGENT)).to(dtype)).backward()
    gradients = {"": x.grad} | {name: parameter.grad for name, parameter in model.named_parameters() if parameter.grad is not None}
    torch.set_default_dtype(torch.float64)
    return y.detach().to(torch.float64), {name: gradient.to(torch.float64) for name, gradient in gradients.items()}


def golden(model, channels, size, silent):
    """What `run` gives for two images of `size` (height, width) and so many channels in 0..1."""
    with torch.no_grad():
        fill(model)
    shape = (2, *size, channels)
    y, gradients = run(model, shape, torch.float64)
    kept = trained(model)
    unreached = {name for name in gradients if name in kept and gradients[name].norm() < 1e-6}
    if unreached != set(silent) & kept:
        raise SystemExit(f"no gradient reaches {unreached}, expected {set(silent)}: is another size or depth needed?")
    tensors = {
        name: {"shape": list(value.shape)}
        | ({"gradient": summary(gradients[name]) if name in gradients else None} if name in kept else {"fixed": True} if name not in filled(model) else {"source": True})
        for name, value in model.state_dict().items()
    }
    rough_y, rough = run(model, shape, torch.float32)
    flat = y.flatten().numpy()
    step = next(s for s in range(max(1, flat.size // 61), flat.size) if s % 2 and s % 3)  # visits every channel
    return {
        "input": list(shape),
        # The largest errors of PyTorch itself in float32: what the network's conditioning leaves to be expected of anyone.
        "float32": {
            "output": number((rough_y - y).abs().max().item(), 2),
            "gradient": number(max(relative(rough[name], g) for name, g in gradients.items() if name not in silent), 2),
        },
        "output": {"shape": list(y.shape), "step": step, "values": [number(v) for v in flat[::step]]},
        "inputGradient": summary(gradients[""]),
        "tensors": tensors,
    }


def relative(found, expected):
    return ((found - expected).norm() / expected.norm()).item()


def parameter_count(model):
    """Scalars that are trained."""
    state = model.state_dict()
    return sum(state[name].numel() for name in trained(model))
