"""Checkpoints as people have them, and what PyTorch makes of an image with their weights, in float64.

    python3 libs/models/test/golden/make_checkpoints.py --authors DIR        (needs torch and numpy)

Writes ../fixtures/checkpoints/*.pth, tiny networks of random weights in the names, wrappers and precisions of several projects, and checkpoints.json: the image and each
network's output. BasicSR's networks are its own code (Apache-2.0, XPixelGroup/BasicSR@8d56e3a, in DIR/XPixelGroup/BasicSR), of which nothing is committed; the
others are those of sr/, renamed by hand.
"""

import argparse
import collections
import importlib
import json
import pathlib
import re
import sys
import types

import numpy as np
import torch

from golden import pattern

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent / "fixtures" / "checkpoints"
SIZE = (5, 6)
STEP = 11  # Every so many values of the output (HWC) are stored, so that all channels and phases are.
MEAN = (0.4488, 0.4371, 0.4040)


def basicsr(module):
    """One of BasicSR's files, without the rest of the package, which wants OpenCV and more."""
    for name in ["basicsr", "basicsr.archs", "basicsr.ops", "basicsr.ops.dcn", "basicsr.utils", "basicsr.utils.registry", "torchvision", "distutils.version"]:
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["basicsr"].__path__ = [str(AUTHORS / "XPixelGroup/BasicSR/basicsr")]
    sys.modules["basicsr.archs"].__path__ = [str(AUTHORS / "XPixelGroup/BasicSR/basicsr/archs")]
    sys.modules["torchvision"].__version__ = "0.20"
    sys.modules["distutils.version"].LooseVersion = lambda text: tuple(int(part) for part in text.split(".")[:2])
    sys.modules["basicsr.ops.dcn"].ModulatedDeformConvPack = object
    sys.modules["basicsr.ops.dcn"].modulated_deform_conv = None
    sys.modules["basicsr.utils"].get_root_logger = None
    sys.modules["basicsr.utils.registry"].ARCH_REGISTRY = types.SimpleNamespace(register=lambda **_: lambda cls: cls)
    return importlib.import_module(f"basicsr.archs.{module}")


def ours(module, scale, **options):
    sys.path.insert(0, str(HERE / "sr"))
    return importlib.import_module(f"sr.{module}").network(scale, **options)


def drawn(network, seed, dtype=torch.float32):
    """Random weights as the file has them: rounded to float32, or less."""
    torch.manual_seed(seed)
    state = network.state_dict()
    for name, tensor in state.items():
        if "mean" in name:
            continue
        spread = 1 / np.sqrt(np.prod(tensor.shape[1:])) if tensor.dim() > 1 else 0.1
        tensor.copy_((spread * torch.randn(tensor.shape)).to(dtype).to(torch.float64))
    return network


def tensors(network, rename=lambda name: name, dtype=torch.float32):
    return collections.OrderedDict((rename(name), tensor.detach().to(dtype).clone().contiguous()) for name, tensor in network.state_dict().items())


def renamed(*rules):
    def rename(name):
        for pattern_, by in rules:
            name = re.sub(pattern_, by, name)
        return name

    return rename


IMAGE = torch.from_numpy(((pattern(3 * SIZE[0] * SIZE[1], 1) + 1) / 2).reshape(1, 3, *SIZE))
ENTRIES = []


def save(name, network, content, **expected):
    torch.save(content, OUT / f"{name}.pth")
    with torch.no_grad():
        output = network(IMAGE)[0].permute(1, 2, 0).flatten()[::STEP].tolist()
    ENTRIES.append({"name": name, **expected, "output": [float(f"{value:.7g}") for value in output]})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--authors", metavar="DIR", required=True, type=pathlib.Path)
    AUTHORS = parser.parse_args().authors.resolve()
    OUT.mkdir(exist_ok=True)
    torch.set_default_dtype(torch.float64)

    # BasicSR's own networks and wrappers.
    edsr = drawn(basicsr("edsr_arch").EDSR(3, 3, num_feat=4, num_block=2, upscale=4), 1)
    save("basicsr-edsr", edsr, {"params": tensors(edsr)}, model="EDSR", scale=4, unknownRange=True)
    rcan = drawn(basicsr("rcan_arch").RCAN(3, 3, num_feat=4, num_group=2, num_block=2, squeeze_factor=2, upscale=2), 2)
    save("basicsr-rcan", rcan, {"params": tensors(rcan)}, model="RCAN", scale=2, unknownRange=True)
    rrdb = basicsr("rrdbnet_arch").RRDBNet
    for scale in (2, 4):
        network = drawn(rrdb(3, 3, scale=scale, num_feat=4, num_block=1, num_grow_ch=2), scale)
        if scale == 2:
            # Odd sides are padded by Real-ESRGAN's script.
            padded = lambda x, m=network: m(torch.nn.functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2), "reflect"))[:, :, : 2 * x.shape[2], : 2 * x.shape[3]]
        save(f"real-esrgan-x{scale}", padded if scale == 2 else network, {"params_ema": tensors(network)}, model="RRDBNet", scale=scale)
    for scale in (2, 3, 4):
        network = drawn(basicsr("srvgg_arch").SRVGGNetCompact(3, 3, num_feat=4, num_conv=scale, upscale=scale, act_type="prelu"), 10 + scale)
        save(f"srvgg-x{scale}", network, {"params": tensors(network)}, model="SRVGGNetCompact", scale=scale)

    # ESRGAN's old names.
    options = dict(features=4, growth=2, blocks=2)
    for scale in (2, 4):
        network = drawn(ours("rrdbnet", scale, **options), 20 + scale)
        trunk = [(r"^body\.(\d+)\.rdb", r"RRDB_trunk.\1.RDB"), ("conv_body", "trunk_conv"), (r"conv_up(\d)", r"upconv\1"), ("conv_hr", "HRconv")]
        save(f"rrdb-trunk-x{scale}", network, tensors(network, renamed(*trunk)), model="RRDBNet", scale=scale)
        ends = {4: [("conv_up1", "model.3"), ("conv_up2", "model.6"), ("conv_hr", "model.8"), ("conv_last", "model.10")], 2: [("conv_up1", "model.3"), ("conv_hr", "model.5"), ("conv_last", "model.7")]}[scale]
        old = [(r"^body\.(\d+)\.rdb(\d)\.conv(\d)", r"model.1.sub.\1.RDB\2.conv\3.0"), ("conv_first", "model.0"), ("conv_body", f"model.1.sub.{options['blocks']}"), *ends]
        save(f"rrdb-model-x{scale}", network, tensors(network, renamed(*old)), model="RRDBNet", scale=scale)

    # EDSR: what is around it, and what is in it.
    def edsr(scale=2, range_=255, mean=MEAN):
        network = ours("edsr", scale, features=4, blocks=2, resScale=1, rgbRange=range_)
        with torch.no_grad():
            for name, sign in (("sub_mean", -1), ("add_mean", 1)):
                network.state_dict()[f"{name}.bias"].copy_(sign * range_ * torch.tensor(mean))
        return network

    network = drawn(edsr(4), 30)
    csd = [(r"^head\.0", "head"), (r"^body\.2\.", "body_conv."), (r"^body\.(\d+)\.body\.0", r"body.\1.conv1"), (r"^body\.(\d+)\.body\.2", r"body.\1.conv2"), (r"^tail\.0\.(\d)", lambda m: f"upsampler.blocks.{int(m[1]) // 2}"), (r"^tail\.1", "tail_conv")]
    save("csd", network, {"epoch": 1, "model_state_dict": tensors(network, renamed(*csd)), "optimizer_state_dict": {}, "best_psnr": 30.0}, model="EDSR", scale=4)
    network = drawn(edsr(), 31)
    optimizer = torch.optim.Adam(network.parameters())
    network(IMAGE).sum().backward()
    optimizer.step()
    drawn(network, 31)
    beside = {
        "epoch": 7,
        "optimizer": optimizer.state_dict(),
        "scheduler": torch.optim.lr_scheduler.MultiStepLR(optimizer, [10, 20]).state_dict(),
        "best": np.float64(31.5),
        "seen": np.int64(3),
        "names": {"a", "b"},
        "args": argparse.Namespace(scale=[2], dir=pathlib.PurePosixPath("/data")),
        "rng": torch.get_rng_state(),
        "counts": collections.defaultdict(int, a=1),
        "complex": torch.zeros(2, dtype=torch.complex64),
    }
    save("beside", network, {"state_dict": tensors(network), **beside}, model="EDSR", scale=2)
    prefixes = {"lightning": ("model.", "loss.vgg."), "compiled": ("_orig_mod.", None), "gan": ("generator.", "discriminator."), "deep": ("module.net_g.", None), "net": ("net.", None), "parallel": ("module.", None)}
    for i, (name, (prefix, other)) in enumerate(prefixes.items()):
        network = drawn(edsr(), 40 + i)
        extra = {} if other is None else {f"{other}{k}.weight": torch.zeros(2, 2, 1, 1) for k in range(3)}
        save(f"prefix-{name}", network, {"state_dict": {**tensors(network, lambda n: prefix + n), **extra}}, model="EDSR", scale=2)
    network = drawn(edsr(), 50)
    save("profiled", network, {**tensors(network), "head.0.total_ops": torch.zeros(1), "head.0.total_params": torch.zeros(1), "total_ops": torch.zeros(1)}, model="EDSR", scale=2)
    for dtype, name in ((torch.float16, "half"), (torch.bfloat16, "bfloat16")):
        network = drawn(edsr(), 51, dtype)
        save(name, network, tensors(network, dtype=dtype), model="EDSR", scale=2)
    network = drawn(edsr(range_=1), 52)
    save("range1", network, tensors(network), model="EDSR", scale=2)
    bare = {name: tensor for name, tensor in tensors(network).items() if "mean" not in name}
    save("range1-unknown", network, bare, model="EDSR", scale=2, given={"rgbRange": 1})
    other = (0.4690, 0.4490, 0.4036)
    network = drawn(edsr(mean=other), 53)
    save("other-mean", network, tensors(network), model="EDSR", scale=2)
    bare = {name: tensor for name, tensor in tensors(network).items() if "mean" not in name}
    save("other-mean-unknown", network, bare, model="EDSR", scale=2, given={"rgbRange": 255, "mean": list(other)})
    first, second = drawn(edsr(), 54), drawn(edsr(), 55)
    save("two", second, {"teacher": tensors(first), "student": tensors(second)}, model="EDSR", scale=2, given={"key": "student"})
    save("averaged-aside", second, {"net_g": tensors(first), "net_g_ema": tensors(second), "net_d": {"a.weight": torch.zeros(3)}}, model="EDSR", scale=2)

    # A single up-sampler, and DataParallel.
    for scale in (2, 3, 4):
        network = drawn(ours("carn", scale, features=4, groups=4, mobile=False, heads="one"), 60 + scale)
        save(f"carn-x{scale}", network, tensors(network), model="CARN", scale=scale)
    network = drawn(ours("imdn", 2, features=16, blocks=1), 70)
    drawn(network, 70, torch.float16)
    save("imdn", network, tensors(network, lambda n: f"module.{n}", torch.float16), model="IMDN", scale=2)

    text = ",\n".join(json.dumps(entry) for entry in ENTRIES)
    source = f"PyTorch {torch.__version__.split('+')[0]}, float64"
    (HERE / "checkpoints.json").write_text(f'{{"source": {json.dumps(source)}, "image": {json.dumps(IMAGE[0].permute(1, 2, 0).flatten().tolist())}, "size": {json.dumps(SIZE)}, "step": {STEP}, "checkpoints": [\n{text}\n]}}\n')
