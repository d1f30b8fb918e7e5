"""Golden training: EDSR on images in 0..255 by PyTorch's own Adam in float64, as CSD, FAKD and JDSR train theirs.

    python3 libs/distill/test/golden/adam.py        (needs torch and numpy; writes adam.json beside this script)

Parameters and images follow formulas that `adam-range.test.ts` repeats, so only the trained parameters are stored.
"""

import json
import pathlib

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
FEATURES, SCALE, BATCH, SIDE, STEPS, RATE = 4, 2, 2, 6, 20, 1e-3
MEAN = torch.tensor([0.4488, 0.4371, 0.4040]).reshape(1, 3, 1, 1) * 255


def pattern(count, seed):
    """Values in [-1, 1): `pattern` of the networks' goldens, MurmurHash3's finaliser of the index."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = (h ^ (h >> np.uint32(shift))) * np.uint32(factor)
    return (h ^ (h >> np.uint32(16))) / 2.0**31 - 1


def fill(model):
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            seed = sum((i + 1) * ord(c) for i, c in enumerate(name))
            bound = 1 / np.sqrt(np.prod(tensor.shape[1:])) if tensor.dim() > 1 else 0.1
            values = (pattern(tensor.numel(), seed) * bound).astype(np.float32)  # as stored in a weights file
            tensor.copy_(torch.from_numpy(values.astype(np.float64)).reshape(tensor.shape))
    return model


def images(seed):
    """LR of 8-bit levels, `[n, 3, h, w]` in 0..255, and HR, its nearest enlargement."""
    k = np.arange(BATCH * SIDE * SIDE * 3, dtype=np.int64)
    levels = (k * 7919 + seed * 104729) % 256
    lr = torch.from_numpy(levels.astype(np.float64)).reshape(BATCH, SIDE, SIDE, 3).permute(0, 3, 1, 2)
    return lr, nn.functional.interpolate(lr, scale_factor=SCALE, mode="nearest")


def conv(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 3, padding=1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(FEATURES, FEATURES), nn.ReLU(), conv(FEATURES, FEATURES))

    def forward(self, x):
        return x + self.body(x)


class Edsr(nn.Module):
    """One block; names as in the authors' state dict."""

    def __init__(self):
        super().__init__()
        self.head = nn.Sequential(conv(3, FEATURES))
        self.body = nn.Sequential(Block(), conv(FEATURES, FEATURES))
        upsampler = nn.Sequential(conv(FEATURES, FEATURES * SCALE**2), nn.PixelShuffle(SCALE))
        self.tail = nn.Sequential(upsampler, conv(FEATURES, 3))

    def forward(self, x):
        h = self.head(x - MEAN)
        return self.tail(self.body(h) + h) + MEAN


def main():
    model = fill(Edsr())
    start = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    adam = torch.optim.Adam(model.parameters(), lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    for step in range(STEPS):
        lr, hr = images(step + 1)
        loss = nn.functional.l1_loss(model(lr), hr)
        adam.zero_grad()
        loss.backward()
        adam.step()
    moved = {name: (tensor - start[name]).flatten().tolist() for name, tensor in model.state_dict().items()}
    golden = {
        "features": FEATURES, "scale": SCALE, "batch": BATCH, "side": SIDE, "steps": STEPS, "rate": RATE,
        "loss": float(f"{loss.item():.9g}"),
        "moved": {name: [float(f"{v:.9g}") for v in values] for name, values in moved.items()},
    }
    (pathlib.Path(__file__).parent / "adam.json").write_text(json.dumps(golden) + "\n")


main()
