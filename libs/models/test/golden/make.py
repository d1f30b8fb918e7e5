"""Golden outputs of the SR networks: plain PyTorch modules in float64, written from the papers' layer lists.

    python3 libs/models/test/golden/make.py        (needs torch and numpy; writes the .json files beside this script)

Every parameter and input follows a formula that the tests repeat (see `params.ts`), so only outputs are stored.
"""

import json
import pathlib

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent


def pattern(count, seed):
    """Integers only, so that every language agrees on it exactly: values in [-1, 1)."""
    k = np.arange(count, dtype=np.int64)
    return ((k * 7919 + seed * 104729) % 2000) / 1000.0 - 1


def fill(model):
    for name, tensor in model.state_dict().items():
        seed = sum((i + 1) * ord(c) for i, c in enumerate(name)) % 2000
        bound = 1 / np.sqrt(np.prod(tensor.shape[1:])) if tensor.dim() > 1 else 0.1
        values = (pattern(tensor.numel(), seed) * bound).astype(np.float32)  # as stored in a weights file
        tensor.copy_(torch.from_numpy(values.astype(np.float64)).reshape(tensor.shape))
    return model.eval()


def golden(model, height, width, channels):
    image = (pattern(height * width * channels, 1) + 1) / 2
    x = torch.from_numpy(image.astype(np.float32).astype(np.float64)).reshape(1, height, width, channels).permute(0, 3, 1, 2)
    with torch.no_grad():
        y = fill(model)(x).permute(0, 2, 3, 1).contiguous()
    flat = y.flatten().numpy()
    step = next(s for s in range(max(1, flat.size // 61), flat.size) if s % 2 and s % 3)  # visits every channel
    return {
        "input": [1, height, width, channels],
        "output": list(y.shape),
        "step": step,
        "values": [float(f"{v:.9g}") for v in flat[::step]],
        "names": list(model.state_dict()),
    }


def conv(inputs, outputs, kernel=3, **options):
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, **options)


class Residual(nn.Module):
    def __init__(self, body, scale=1.0):
        super().__init__()
        self.body = body
        self.scale = scale

    def forward(self, x):
        return x + self.scale * self.body(x)


MEAN = torch.tensor([0.4488, 0.4371, 0.404]).reshape(1, 3, 1, 1)


def edsr_upsampler(n, scale):
    stages = [2, 2] if scale == 4 else [scale]
    return nn.Sequential(*[m for r in stages for m in (conv(n, n * r * r), nn.PixelShuffle(r))])


class EDSR(nn.Module):
    def __init__(self, n, blocks, res_scale, scale, rgb_range):
        super().__init__()
        self.range = rgb_range
        self.head = nn.Sequential(conv(3, n))
        block = lambda: Residual(nn.Sequential(conv(n, n), nn.ReLU(), conv(n, n)), res_scale)
        self.body = nn.Sequential(*[block() for _ in range(blocks)], conv(n, n))
        self.tail = nn.Sequential(edsr_upsampler(n, scale), conv(n, 3))

    def forward(self, x):
        h = self.head(self.range * (x - MEAN))
        return self.tail(h + self.body(h)) / self.range + MEAN


CASES = {
    "edsr-x2": lambda: golden(EDSR(8, 2, 0.1, 2, 255), 5, 7, 3),
    "edsr-x3": lambda: golden(EDSR(8, 2, 1, 3, 255), 5, 7, 3),
    "edsr-x4": lambda: golden(EDSR(8, 2, 1, 4, 1), 5, 7, 3),
}

if __name__ == "__main__":
    goldens = {name: case() for name, case in CASES.items()}
    (HERE / "sr.json").write_text(json.dumps(goldens, separators=(",", ":")).replace('"input"', '\n"input"') + "\n")
