"""Golden numbers of the authors' aggregation network and wavelet loss, in float64: make.py CHECKOUT > golden.json

CHECKOUT is a working copy of github.com/YuxuanJJ/MTKD at d027a3a; torch and numpy are all that is needed besides. What the two files import of BasicSR and of other
packages is replaced here. Two things are changed on purpose, as the divergences of the paper say: blocks are never dropped at random (eval mode), and the mask of
shifted windows is zero, because theirs is computed from the cosine transform of a map of regions.
"""

import importlib.util
import json
import math
import sys
import types
from pathlib import Path

import torch

checkout = Path(sys.argv[1])
torch.set_default_dtype(torch.float64)


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


class Registry:
    def register(self):
        return lambda one: one


def cosine_matrix(size):
    k, m = torch.arange(size)[:, None], torch.arange(size)[None, :]
    return 2 * torch.cos(math.pi * k * (2 * m + 1) / (2 * size))


def transform(x, matrix):
    return matrix @ x @ matrix.T


module(
    "torch_dct",
    dct_2d=lambda x: transform(x, cosine_matrix(x.shape[-1])),
    idct_2d=lambda x: transform(x, torch.linalg.inv(cosine_matrix(x.shape[-1]))),
)
module("basicsr").__path__ = []
module("basicsr.utils").__path__ = []
module("basicsr.utils.registry", ARCH_REGISTRY=Registry(), LOSS_REGISTRY=Registry())
module("basicsr.archs").__path__ = []
module(
    "basicsr.archs.arch_util",
    to_2tuple=lambda x: x if isinstance(x, tuple) else (x, x),
    trunc_normal_=torch.nn.init.trunc_normal_,
)


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, checkout / path)
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


arch = load("basicsr.archs.DCTSwin_arch", "basicsr/archs/DCTSwin_arch.py")
arch.SwinTransformerBlock.calculate_mask = lambda self, x_size: torch.zeros(
    x_size[0] * x_size[1] // self.window_size**2, self.window_size**2, self.window_size**2
)


def listed(x):
    return {"shape": list(x.shape), "values": [float(f"{v:.9g}") for v in x.detach().flatten().tolist()]}


def drawn(name, shape):
    """Parameters by a formula that the test repeats, so that they need not be stored: 150,000 of them."""
    scale = 1 if name.endswith("norm.weight") or name.endswith(("norm1.weight", "norm2.weight")) else 0
    return scale + 0.1 * torch.sin(0.37 * torch.arange(math.prod(shape)) + len(name)).reshape(shape)


def digest(x):
    """All values through two sums, and the first few as they are."""
    flat = x.detach().flatten()
    weighted = (flat * torch.cos(0.11 * torch.arange(len(flat)))).sum().item()
    return {"shape": list(x.shape), "sum": flat.sum().item(), "weighted": weighted, "first": flat[:6].tolist()}


def aggregation():
    torch.manual_seed(0)
    config = dict(upscale=2, in_chans=6, num_out_ch=3, img_size=16, window_size=4, img_range=1.0)
    config.update(depths=[2], embed_dim=8, num_heads=[2], mlp_ratio=2, upsampler="pixelshuffle", resi_connection="1conv")
    network = arch.DCTSwin(**config).eval()
    for name, value in network.named_parameters():
        value.data = drawn(name, value.shape)
    # 14 rows: the network mirrors two more.
    images = [torch.rand(1, 3, 14, 16) for _ in range(2)]
    output = network(torch.cat(images, dim=1))
    target = torch.rand_like(output)
    ((output - target) ** 2).mean().backward()
    return {
        "images": [listed(i.permute(0, 2, 3, 1)) for i in images],
        "target": listed(target.permute(0, 2, 3, 1)),
        "output": listed(output.permute(0, 2, 3, 1)),
        "gradients": {name: digest(value.grad) for name, value in network.named_parameters()},
    }


def wavelet():
    """The same bands with orthonormal Haar filters written out: pytorch_wavelets is what the authors call, with mode 'zero' and even sides."""
    torch.manual_seed(1)
    a, b = torch.rand(2, 3, 8, 16, requires_grad=True), torch.rand(2, 3, 8, 16)
    total, low = 0.0, a - b
    for _ in range(3):
        tl, tr, bl, br = low[..., ::2, ::2], low[..., ::2, 1::2], low[..., 1::2, ::2], low[..., 1::2, 1::2]
        details = torch.stack([(tl + tr - bl - br) / 2, (tl - tr + bl - br) / 2, (tl - tr - bl + br) / 2], dim=2)
        total = total + details.abs().mean()
        low = (tl + tr + bl + br) / 2
    total = total + low.abs().mean()
    total.backward()
    nhwc = lambda x: listed(x.permute(0, 2, 3, 1))
    return {"a": nhwc(a), "b": nhwc(b), "levels": 3, "value": total.item(), "gradient": nhwc(a.grad)}


json.dump({"aggregation": aggregation(), "wavelet": wavelet()}, sys.stdout)
