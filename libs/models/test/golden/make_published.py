"""Golden scores of published weights on one Set5 image, and golden pixels of the one without a published score: PyTorch in float64.

    DISTILLERY_DATA=... python3 libs/models/test/golden/make_published.py     (needs torch, numpy, safetensors, pillow)
"""

import json
import os
import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

from sr import carn, fsrcnn, imdn, pan, srvgg, vdsr

HERE = pathlib.Path(__file__).parent
DATA = pathlib.Path(os.environ.get("DISTILLERY_DATA", HERE / "../../../../../shared/data"))
torch.set_default_dtype(torch.float64)
SET5 = DATA / "benchmarks/Set5"


def weights(file, rename=lambda name: name):
    return {rename(name): tensor.double() for name, tensor in load_file(DATA / "weights/sr" / file).items()}


def image(path):
    return np.asarray(Image.open(path).convert("RGB")).astype(np.float64)


def luma(rgb):
    return 16 + rgb @ np.array([65.481, 128.553, 24.966]) / 255


def run(model, planes):
    with torch.no_grad():
        y = model.eval()(torch.from_numpy(planes / 255).permute(2, 0, 1)[None])
    return 255 * y[0].permute(1, 2, 0).numpy()


def psnr(a, b, border):
    d = (a - b)[border:-border, border:-border]
    return 10 * np.log10(255**2 / np.mean(d**2))


def score(model, scale):
    """Y-PSNR of butterfly: RGB output rounded to 8 bit; luma output as it is."""
    low = image(SET5 / f"LR_bicubic/X{scale}/butterflyx{scale}.png")
    high = image(SET5 / "HR/butterfly.png")
    high = high[: low.shape[0] * scale, : low.shape[1] * scale]
    if getattr(model, "channels", 3) == 1:
        return psnr(run(model, luma(low)[:, :, None])[:, :, 0], luma(high), scale)
    return psnr(luma(np.clip(np.floor(run(model, low) + 0.5), 0, 255)), luma(high), scale)


def with_weights(model, tensors):
    model.load_state_dict(tensors)
    return model


def fsrcnn_s():
    order = {"conv1": "first_part.0", "relu1": "first_part.1", "deconv": "last_part"}
    for i in (2, 3, 4):
        order.update({f"conv{i}": f"mid_part.{2 * i - 4}", f"relu{i}": f"mid_part.{2 * i - 3}"})
    rename = lambda name: order[name.split(".")[0]] + "." + name.split(".")[1]
    return with_weights(fsrcnn.network(3, 32, 5, 1, fsrcnn.deconvolution(3)), weights("fsrcnn-s-x3.safetensors", rename))


def fsrcnn_opencv():
    tensors = {}
    for name, tensor in weights("fsrcnn-opencv-x3.safetensors").items():
        kind, i = name.rstrip("0123456789"), int(name[-1])
        part, at = ("first_part", 0) if i == 1 else ("mid_part", 2 * i - 4)
        place = f"{part}.{at + (kind == 'alpha')}" if i < 8 else "last_part"
        tensors[place + (".bias" if kind == "b" else ".weight")] = tensor.permute(3, 2, 0, 1) if tensor.dim() == 4 else tensor
    return with_weights(fsrcnn.network(3, 56, 12, 4, {"kind": "sub-pixel"}), tensors)


def realesr_general():
    kinds = {"Conv": {"weight": "weight", "bias": "bias"}, "PRelu": {"slope": "weight"}}

    def rename(name):
        module, value = name.split("/")
        kind, index = module.split("_")
        return f"body.{index}.{kinds[kind][value]}"

    return with_weights(srvgg.network(4, 64, 32), weights("realesr-general-x4v3.safetensors", rename))


def pixels():
    """16x16 LR pixels of butterfly through realesr-general-x4v3."""
    low = image(SET5 / "LR_bicubic/X4/butterflyx4.png")[20:36, 24:40]
    flat = (run(realesr_general(), low) / 255).flatten()
    return {"step": 149, "values": [float(f"{v:.9g}") for v in flat[::149]]}


if __name__ == "__main__":
    carn_m = lambda scale: with_weights(carn.network(scale, 64, 4, True, "all"), weights("carn-m.safetensors"))
    vdsr_of = lambda scale: with_weights(vdsr.network(scale, 64, 20, False), weights("vdsr.safetensors"))
    goldens = {
        "fsrcnn-s-x3": score(fsrcnn_s(), 3),
        "fsrcnn-opencv-x3": score(fsrcnn_opencv(), 3),
        "vdsr-x4": score(vdsr_of(4), 4),
        "carn-m-x2": score(carn_m(2), 2),
        "carn-m-x3": score(carn_m(3), 3),
        "carn-m-x4": score(carn_m(4), 4),
        "imdn-x4": score(with_weights(imdn.network(4, 64, 6), weights("imdn-x4.safetensors")), 4),
        "pan-x4": score(with_weights(pan.network(4, 40, 24, 16), weights("pan-x4.safetensors")), 4),
    }
    (HERE / "published.json").write_text(json.dumps({"butterfly": goldens, "realesr-general-x4": pixels()}, indent=2) + "\n")
