"""Golden logits of the U-Net discriminator, by PyTorch in float64: torch.nn.utils.spectral_norm in evaluation mode, F.interpolate(mode='bilinear').

Parameters and image are closed formulas of the index, the same as in discriminator.test.ts. Prints the JSON that the test holds.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F

FEATURES = 4
SHAPES = {
    'conv0': (3, 3, 4, True), 'conv1': (4, 4, 8, False), 'conv2': (4, 8, 16, False), 'conv3': (4, 16, 32, False),
    'conv4': (3, 32, 16, False), 'conv5': (3, 16, 8, False), 'conv6': (3, 8, 4, False), 'conv7': (3, 4, 4, False),
    'conv8': (3, 4, 4, False), 'conv9': (3, 4, 1, True),
}


def wave(size, phase):
    return np.sin(0.37 * np.arange(size) ** 2 + phase)


def conv(x, name, stride=1, norm=True):
    k, i, o, bias = SHAPES[name]
    index = list(SHAPES).index(name)
    w = torch.tensor(0.2 * wave(k * k * i * o, index).reshape(k, k, i, o).transpose(3, 2, 0, 1).copy())
    b = torch.tensor(0.1 * wave(o, index + 0.5)) if bias else None
    if norm:
        matrix = w.reshape(o, -1)
        u = torch.tensor(wave(o, index + 0.25))
        u = u / u.norm()
        v = matrix.T @ u
        v = v / v.norm()
        u = matrix @ v
        u = u / u.norm()
        w = w / (u @ matrix @ v)
    return F.conv2d(x, w, b, stride, 1)


def up(x):
    return F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)


def act(x):
    return F.leaky_relu(x, 0.2)


x = torch.tensor((0.5 + 0.5 * wave(2 * 16 * 8 * 3, 0.1)).reshape(2, 16, 8, 3).transpose(0, 3, 1, 2).copy())
x0 = act(conv(x, 'conv0', norm=False))
x1 = act(conv(x0, 'conv1', 2))
x2 = act(conv(x1, 'conv2', 2))
x3 = act(conv(x2, 'conv3', 2))
y2 = act(conv(up(x3), 'conv4')) + x2
y1 = act(conv(up(y2), 'conv5')) + x1
y0 = act(conv(up(y1), 'conv6')) + x0
out = conv(act(conv(act(conv(y0, 'conv7')), 'conv8')), 'conv9', norm=False)
flat = out.permute(0, 2, 3, 1).reshape(-1)
print(json.dumps({'mean': flat.mean().item(), 'meanSquare': (flat**2).mean().item(), 'every17th': flat[::17].tolist()}))
