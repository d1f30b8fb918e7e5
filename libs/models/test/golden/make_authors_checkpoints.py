"""Checkpoints by the papers' own code: its networks at small widths with random weights, as its trainers save them, and what they make of an image, in float64.

    python3 libs/models/test/golden/make_authors_checkpoints.py --authors DIR        (needs torch and numpy)
    npx prettier --write libs/models/test/golden/authors-checkpoints.json

Writes ../fixtures/authors/*.pth and authors-checkpoints.json. DIR holds checkouts, `<owner>/<name>`, of which nothing is committed:

    CSD    Booooooooooo/CSD@f479c8f                                       EDSR, RCAN and CARN, the trainer's wrapper
    FAKD   Vincent-Hoo/Knowledge-Distillation-for-Super-resolution@589d35f  EDSR, RCAN and SAN, bare state dicts
    PISR   cvlab-yonsei/PISR@f66b979                                      FSRCNN, student with its VID regressors and teacher, with optimizer
    PDD    Yuehan717/PDD@bdf45ed                                          RRDBNet, BasicSR's wrapper of last and averaged weights

SRKD and JDSR have no code by their authors. (JDSR's repository holds a README alone.)
"""

import argparse
import json
import pathlib
import re
import sys
import types
from types import SimpleNamespace

import numpy as np
import torch

import authors
from golden import pattern

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "fixtures" / "authors"
SIZE = (8, 10)
STEP = 11  # Every so many values of the output (HWC) are stored, so that all channels and phases are.
ENTRIES = []


def image(channels):
    return torch.from_numpy(((pattern(channels * SIZE[0] * SIZE[1], 1) + 1) / 2).reshape(1, channels, *SIZE))


def drawn(network, seed):
    """Random weights, rounded to float32 as the file has them; mean shifts stay."""
    torch.manual_seed(seed)
    for name, tensor in network.state_dict().items():
        if "mean" in name and "vid" not in name:
            continue
        spread = 1 / np.sqrt(np.prod(tensor.shape[1:])) if tensor.dim() > 1 else 0.1
        tensor.copy_((spread * torch.randn(tensor.shape)).to(torch.float32))
    return network


def as_saved(network):
    """The state dict in float32. Networks compute in float64 here."""
    return type(network.state_dict())((name, tensor.detach().to(torch.float32).clone()) for name, tensor in network.state_dict().items())


def optimizer_of(network):
    """Adam's state after a step, as it is saved beside the weights."""
    network = network.to(torch.float32)
    optimizer = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=0)
    sum(p.sum() for p in network.parameters() if p.requires_grad).backward()
    optimizer.step()
    network.to(torch.float64)
    return optimizer.state_dict()


def save(name, network, content, output, legacy=False, **expected):
    """`legacy`: in the format of PyTorch before 1.6."""
    torch.save(content, OUT / f"{name}.pth", _use_new_zipfile_serialization=not legacy)
    x = image(expected.get("channels", 3))
    with torch.no_grad():
        exact = output(x)
        torch.set_default_dtype(torch.float32)
        network.to(torch.float32)
        rough = output(x.to(torch.float32)).to(torch.float64)
        torch.set_default_dtype(torch.float64)
        network.to(torch.float64)
    # The largest error of PyTorch itself in float32: what the network's conditioning leaves to be expected of anyone.
    error = float(f"{(rough - exact).abs().max().item():.2g}")
    values = exact[0].permute(1, 2, 0).flatten()[::STEP].tolist()
    ENTRIES.append({"name": name, **expected, "float32": error, "output": [float(f"{value:.7g}") for value in values]})


def of_range(network, pick=lambda result: result):
    return lambda x: pick(network(255 * x)) / 255


def csd():
    arguments = dict(n_colors=3, rgb_range=255, res_scale=1, n_feats=4, reduction=2, n_resgroups=2)
    for i, (module, title, scale, blocks) in enumerate([("edsr", "EDSR", 4, 2), ("rcan", "RCAN", 3, 2), ("carn", "CARN", 4, 1), ("carn", "CARN", 3, 1)]):
        load = authors.load("Booooooooooo/CSD", "f479c8f", "PyTorch version", f"model.{module}")
        network = drawn(getattr(load, title)(SimpleNamespace(**arguments, n_resblocks=blocks, scale=[scale])), i).to(torch.float64)
        wrapper = {"epoch": 3, "model_state_dict": as_saved(network), "optimizer_state_dict": {}, "best_psnr": 30.1, "best_psnr_epoch": 2}
        save(f"csd-{module}-x{scale}", network, wrapper, of_range(network), model=title, scale=scale)


def fakd():
    repository, commit = "Vincent-Hoo/Knowledge-Distillation-for-Super-resolution", "589d35f"
    arguments = dict(n_colors=3, rgb_range=255, res_scale=1, n_feats=4, reduction=2)
    for i, (module, title, scale, groups, blocks) in enumerate([("edsr", "EDSR", 2, 0, 5), ("rcan", "RCAN", 4, 3, 1), ("san", "SAN", 2, 6, 1)]):
        load = authors.load(repository, commit, "code", f"models.{module}")
        options = arguments | (dict(n_feats=8) if module == "san" else {})
        network = drawn(getattr(load, title)(SimpleNamespace(**options, n_resgroups=groups, n_resblocks=blocks, scale=[scale])), 10 + i).to(torch.float64)
        # Returns its features as well.
        save(f"fakd-{module}-x{scale}", network, as_saved(network), of_range(network, lambda result: result[1]), legacy=True, model=title, scale=scale)


def pisr():
    # Without the rest of the package, which wants OpenCV.
    sys.modules["utils"] = types.ModuleType("utils")
    sys.modules["utils"].__path__ = [str(authors.FOLDER / "cvlab-yonsei/PISR/utils")]
    networks = authors.load("cvlab-yonsei/PISR", "f66b979", ".", "models.fsrcnn")
    for scale in (2, 3):
        student = drawn(networks.get_fsrcnn_student(scale=scale, n_colors=1, d=6, s=3, m=2, vid_info=["expanding:None"]), 20 + scale).to(torch.float64)
        wrapper = {"state_dict": as_saved(student), "optimizer_dict": optimizer_of(student), "epoch": 1, "step": 5}
        save(f"pisr-student-x{scale}", student, wrapper, lambda x: student(LR=x)["hr"], model="FSRCNN", scale=scale, channels=1, stated=True)
    teacher = drawn(networks.get_fsrcnn_teacher(scale=2, n_colors=1, d=6, s=3, m=2, k=1, encoder="lcscc"), 29).to(torch.float64)
    torch.save({"state_dict": as_saved(teacher), "optimizer_dict": optimizer_of(teacher), "epoch": 1, "step": 5}, OUT / "pisr-teacher-x2.pth")
    ENTRIES.append({"name": "pisr-teacher-x2", "refused": "PISR's teacher"})


def pdd():
    """One file of the repository's BasicSR, without the rest of the package, which wants OpenCV and more."""
    for name in ["basicsr", "basicsr.archs", "basicsr.archs.arch_util", "basicsr.utils", "basicsr.utils.registry"]:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["basicsr"].__path__ = [str(authors.FOLDER / "Yuehan717/PDD/basicsr")]
    sys.modules["basicsr.archs"].__path__ = [str(authors.FOLDER / "Yuehan717/PDD/basicsr/archs")]
    sys.modules["basicsr.utils.registry"].ARCH_REGISTRY = SimpleNamespace(register=lambda *_, **__: lambda cls: cls)
    util = sys.modules["basicsr.archs.arch_util"]
    util.default_init_weights = lambda *_, **__: None
    util.make_layer = lambda block, count, **options: torch.nn.Sequential(*[block(**options) for _ in range(count)])
    util.pixel_unshuffle = torch.nn.functional.pixel_unshuffle
    import importlib

    module = importlib.import_module("basicsr.archs.rrdbnet_arch")
    last, averaged = [drawn(module.RRDBNet(3, 3, scale=4, num_feat=4, num_block=1, num_grow_ch=2), 30 + i).to(torch.float64) for i in range(2)]
    save("pdd-rrdbnet-x4", averaged, {"params": as_saved(last), "params_ema": as_saved(averaged)}, averaged, model="RRDBNet", scale=4)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--authors", metavar="DIR", required=True, type=pathlib.Path)
    authors.FOLDER = parser.parse_args().authors.resolve()
    OUT.mkdir(exist_ok=True)
    torch.set_default_dtype(torch.float64)
    for paper in (csd, fakd, pisr, pdd):
        paper()
    text = {
        "source": f"PyTorch {torch.__version__.split('+')[0]}, float64, and the authors' code",
        "size": SIZE,
        "images": {str(channels): image(channels)[0].permute(1, 2, 0).flatten().tolist() for channels in (1, 3)},
        "step": STEP,
        "checkpoints": ENTRIES,
    }
    (HERE / "authors-checkpoints.json").write_text(json.dumps(text) + "\n")
