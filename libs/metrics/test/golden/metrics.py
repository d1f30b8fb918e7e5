"""Golden values of every metric, of one pair of images, by other means than ours: numpy and PyTorch in float64.

    DISTILLERY_DATA=... python3 libs/metrics/test/golden/metrics.py   (needs torch and numpy; writes metrics.json beside this script)

The images follow a formula that `metrics.test.ts` repeats. PSNR and SSIM: BT.601 luma in double precision, a border of 2 removed. LPIPS: AlexNet v0.1,
whose weights are read from the data folder.
"""

import json
import os
import pathlib
import struct

import numpy as np
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT, BORDER = 70, 66, 2


def images():
    y, x, c = np.meshgrid(np.arange(HEIGHT), np.arange(WIDTH), np.arange(3), indexing="ij")
    reference = (x * x // 7 + 5 * y * (c + 1) // 3 + x * y // 11) % 256
    noise = (((y * WIDTH + x) * 3 + c) * 7919 + 104729) % 41 - 20
    return np.clip(reference + noise, 0, 255), reference


def luma(image):
    return 16 + (image @ np.array([65.481, 128.553, 24.966])) / 255


def psnr(a, b):
    return 10 * np.log10(255**2 / np.mean((a - b) ** 2))


def ssim(a, b):
    x = np.arange(11) - 5
    g = np.exp(-(x**2) / (2 * 1.5**2))
    window = torch.from_numpy(np.outer(g, g) / np.outer(g, g).sum()).reshape(1, 1, 11, 11)
    a, b = (torch.from_numpy(v).reshape(1, 1, *v.shape) for v in (a, b))
    mean = lambda v: F.conv2d(v, window)
    ma, mb = mean(a), mean(b)
    saa, sbb, sab = mean(a * a) - ma**2, mean(b * b) - mb**2, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return (((2 * ma * mb + c1) * (2 * sab + c2)) / ((ma**2 + mb**2 + c1) * (saa + sbb + c2))).mean().item()


def weights():
    data = (pathlib.Path(os.environ["DISTILLERY_DATA"]) / "weights/lpips-alex-v0.1.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    dtypes = {"F16": np.float16, "F32": np.float32}
    return {
        name: np.frombuffer(data[8 + size :][slice(*entry["data_offsets"])], dtypes[entry["dtype"]]).reshape(entry["shape"]).astype(float)
        for name, entry in json.loads(data[8 : 8 + size]).items()
        if name != "__metadata__"
    }


def lpips(a, b):
    w = weights()
    layers = [("conv1", 4, 2, False), ("conv2", 1, 2, True), ("conv3", 1, 1, True), ("conv4", 1, 1, False), ("conv5", 1, 1, False)]

    def features(image):
        h = torch.from_numpy(image / 127.5 - 1).permute(2, 0, 1)[None]
        shift, scale = (torch.tensor(v).reshape(1, 3, 1, 1) for v in ([-0.03, -0.088, -0.188], [0.458, 0.448, 0.45]))
        h = (h - shift) / scale
        for name, stride, pad, pool in layers:
            h = F.max_pool2d(h, 3, 2) if pool else h
            kernel = torch.from_numpy(w[f"{name}/kernel"]).permute(3, 2, 0, 1)
            h = F.relu(F.conv2d(h, kernel, torch.from_numpy(w[f"{name}/bias"]), stride, pad))
            yield h / (h.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)

    distance = 0.0
    for i, (fa, fb) in enumerate(zip(features(a), features(b))):
        distance += ((fa - fb) ** 2 * torch.from_numpy(w[f"lin{i}"]).reshape(1, -1, 1, 1)).sum(1).mean().item()
    return distance


def main():
    a, b = images()
    inner = lambda v: luma(v)[BORDER:-BORDER, BORDER:-BORDER]
    values = {"psnr": psnr(inner(a), inner(b)), "ssim": ssim(inner(a), inner(b)), "lpips": lpips(a, b)}
    (HERE / "metrics.json").write_text(json.dumps({name: float(f"{value:.12g}") for name, value in values.items()}) + "\n")


main()
