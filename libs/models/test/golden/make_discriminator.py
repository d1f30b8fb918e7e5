"""Golden logits and gradients of the U-Net discriminator, by PyTorch in float64: torch.nn.utils.spectral_norm in evaluation mode,
F.interpolate(mode='bilinear').

    python3 libs/models/test/golden/make_discriminator.py        (needs torch and numpy; writes discriminator.json beside this script)

Parameters and image are closed formulas of the index, the same as in discriminator.test.ts. The gradients are those of mean(logits^2).
"""

import json
import pathlib

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


parameters = {}


def conv(x, name, stride=1, norm=True):
    k, i, o, bias = SHAPES[name]
    index = list(SHAPES).index(name)
    kernel = torch.tensor(0.2 * wave(k * k * i * o, index).reshape(k, k, i, o), requires_grad=True)
    parameters[f'{name}.weight'] = kernel
    w = kernel.permute(3, 2, 0, 1).contiguous()
    b = None
    if bias:
        b = parameters[f'{name}.bias'] = torch.tensor(0.1 * wave(o, index + 0.5), requires_grad=True)
    if norm:
        matrix = w.detach().reshape(o, -1)  # The vectors of the power iteration are constants, as PyTorch has them.
        u = torch.tensor(wave(o, index + 0.25))
        u = u / u.norm()
        v = matrix.T @ u
        v = v / v.norm()
        u = matrix @ v
        u = u / u.norm()
        w = w / (u @ w.reshape(o, -1) @ v)
    return F.conv2d(x, w, b, stride, 1)


def up(x):
    return F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)


def act(x):
    return F.leaky_relu(x, 0.2)


def sampled(tensor, step):
    flat = tensor.detach().reshape(-1)
    values = [float(f'{value:.9g}') for value in flat[::step].tolist()]
    return {'shape': list(tensor.shape), 'meanSquare': (flat**2).mean().item(), 'step': step, 'values': values}


image = torch.tensor((0.5 + 0.5 * wave(2 * 16 * 8 * 3, 0.1)).reshape(2, 16, 8, 3), requires_grad=True)
x = image.permute(0, 3, 1, 2).contiguous()
x0 = act(conv(x, 'conv0', norm=False))
x1 = act(conv(x0, 'conv1', 2))
x2 = act(conv(x1, 'conv2', 2))
x3 = act(conv(x2, 'conv3', 2))
y2 = act(conv(up(x3), 'conv4')) + x2
y1 = act(conv(up(y2), 'conv5')) + x1
y0 = act(conv(up(y1), 'conv6')) + x0
out = conv(act(conv(act(conv(y0, 'conv7')), 'conv8')), 'conv9', norm=False)
logits = out.permute(0, 2, 3, 1)
(logits**2).mean().backward()
gradients = {'image': image, **parameters}
golden = {
    'logits': sampled(logits, 17),
    'gradients': {name: sampled(tensor.grad, max(1, tensor.numel() // 20) | 1) for name, tensor in gradients.items()},
}
pathlib.Path(__file__).with_name('discriminator.json').write_text(json.dumps(golden, indent=1) + '\n')
