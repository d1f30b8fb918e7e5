"""Golden features of the frozen networks: PyTorch in float64 on the published weights and the LPIPS example image.

    DISTILLERY_DATA=... python3 libs/models/test/golden/make_frozen.py     (needs torch, numpy, safetensors, pillow)
"""

import json
import os
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.numpy import load_file

HERE = pathlib.Path(__file__).parent
DATA = pathlib.Path(os.environ.get("DISTILLERY_DATA", HERE / "../../../../../shared/data"))
WEIGHTS = DATA / "weights"
rgb = np.asarray(Image.open(WEIGHTS / "lpips-examples/ex_ref.png").convert("RGB")).astype(np.float64) / 255


def layer(weights, name, x, **options):
    kernel = torch.from_numpy(weights[f"{name}/kernel"].astype(np.float64)).permute(3, 2, 0, 1)
    return F.relu(F.conv2d(x, kernel, torch.from_numpy(weights[f"{name}/bias"].astype(np.float64)), **options))


def sample(feature):
    flat = feature[0].permute(1, 2, 0).flatten()
    step = (flat.numel() // 32) | 1  # odd, so that it visits every channel
    return {
        "shape": [1, *feature.shape[2:], feature.shape[1]],
        "step": step,
        "values": [float(f"{v:.8g}") for v in flat[::step]],
        "meanSquare": float((flat**2).mean()),
    }


def tensor(image):
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]


def vgg(kind):
    weights = load_file(WEIGHTS / "vgg19-imagenet-conv.safetensors")
    bgr = 255 * rgb[:, :, ::-1]
    h = tensor(bgr - np.array([103.939, 116.779, 123.68]) if kind == "caffe" else bgr)
    features = {}
    for block, convs in enumerate([2, 2, 4, 4, 4], 1):
        if block > 1:
            h = F.max_pool2d(h, 2, 2)
        for i in range(1, convs + 1):
            h = layer(weights, f"block{block}_conv{i}", h, padding=1)
            features[f"relu{block}_{i}"] = h
    return {name: sample(features[name]) for name in ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1", "relu5_4"]}


def lpips_input():
    shift, scale = np.array([-0.030, -0.088, -0.188]), np.array([0.458, 0.448, 0.450])
    return tensor((2 * rgb - 1 - shift) / scale)


def alexnet():
    weights = load_file(WEIGHTS / "lpips-alex-v0.1.safetensors")
    a = layer(weights, "conv1", lpips_input(), stride=4, padding=2)
    b = layer(weights, "conv2", F.max_pool2d(a, 3, 2), padding=2)
    c = layer(weights, "conv3", F.max_pool2d(b, 3, 2), padding=1)
    d = layer(weights, "conv4", c, padding=1)
    return [sample(f) for f in (a, b, c, d, layer(weights, "conv5", d, padding=1))]


def squeezenet():
    weights = load_file(WEIGHTS / "lpips-squeeze-v0.1.safetensors")

    def fire(i, x):
        s = layer(weights, f"features{i}/squeeze", x)
        return torch.cat([layer(weights, f"features{i}/expand1x1", s), layer(weights, f"features{i}/expand3x3", s, padding=1)], 1)

    pool = lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True)
    taps = [layer(weights, "conv1", lpips_input(), stride=2)]
    taps.append(fire(4, fire(3, pool(taps[-1]))))
    taps.append(fire(7, fire(6, pool(taps[-1]))))
    taps.append(fire(9, pool(taps[-1])))
    for i in (10, 11, 12):
        taps.append(fire(i, taps[-1]))
    return [sample(f) for f in taps]


if __name__ == "__main__":
    goldens = {"vgg19-caffe": vgg("caffe"), "vgg19-raw": vgg("raw"), "alexnet": alexnet(), "squeezenet": squeezenet()}
    (HERE / "frozen.json").write_text(json.dumps(goldens, separators=(",", ":")).replace('{"shape"', '\n{"shape"') + "\n")
