"""Golden values of the degradation stages, in float64 by numpy, scipy, OpenCV and PyTorch. Writes stages.json beside this file, to be
formatted with prettier.

The image is a closed formula of the index, the same as in ../image.ts, in float32 as the stages take it.
"""

import json
import os

import cv2
import numpy as np
import scipy.fft
import scipy.linalg
import scipy.ndimage
import scipy.special
import torch
import torch.nn.functional as F

WIDTH, HEIGHT = 21, 14
index = np.arange(HEIGHT * WIDTH * 3)
image = (0.5 + 0.5 * np.sin(0.37 * index**2 / 50)).reshape(HEIGHT, WIDTH, 3).astype(np.float32)
golden = {}


def keep(name, array):
    array = np.asarray(array, dtype=np.float64)
    golden[name] = {'shape': list(array.shape), 'values': [float(v) for v in array.reshape(-1)[::7]]}


def grid(side):
    axis = np.arange(side) - side // 2
    return np.meshgrid(axis, axis)


def quadratic(side, sx, sy, angle):
    dx, dy = grid(side)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    inverse = np.linalg.inv(turn @ np.diag([sx**2, sy**2]) @ turn.T)
    points = np.stack([dx, dy], -1)
    return np.einsum('yxi,ij,yxj->yx', points, inverse, points)


def unit(kernel):
    return kernel / kernel.sum()


def sinc(side, cutoff):
    dx, dy = grid(side)
    r = np.hypot(dx, dy)
    r[side // 2, side // 2] = 1
    kernel = cutoff * scipy.special.j1(cutoff * r) / (2 * np.pi * r)
    kernel[side // 2, side // 2] = cutoff**2 / (4 * np.pi)
    return unit(kernel)


q = quadratic(13, 2.1, 0.9, 0.4)
keep('gaussian', unit(np.exp(-0.5 * q)))
keep('generalised', unit(np.exp(-0.5 * q**1.7)))
keep('plateau', unit(1 / (1 + q**1.3)))
keep('sinc', sinc(9, 2.0))
keep('besselJ1', scipy.special.j1(np.linspace(-40, 40, 81)))
keep('logFactorial', scipy.special.gammaln(np.array([0, 1, 2, 5, 9, 10, 11, 100, 5000] * 7).reshape(7, 9).T.reshape(-1) + 1.0))

lopsided = unit(np.exp(-0.5 * quadratic(25, 3, 2, 0.3)) * (1 + 0.03 * grid(25)[0]))
keep('filter', scipy.ndimage.correlate(image.astype(np.float64), lopsided[:, :, None], mode='mirror'))

for name, (w, h) in {'down': (5, 4), 'odd': (13, 9), 'up': (33, 23)}.items():
    for mode, flag in {'bilinear': cv2.INTER_LINEAR, 'bicubic': cv2.INTER_CUBIC, 'area': cv2.INTER_AREA}.items():
        keep(f'{mode}-{name}', cv2.resize(image.astype(np.float64), (w, h), interpolation=flag))
tensor = torch.tensor(image.transpose(2, 0, 1)[None].astype(np.float64))
for factor in (0.37, 1.3):
    for mode, torch_mode in {'bilinear': 'bilinear', 'bicubic': 'bicubic', 'adaptive-area': 'area'}.items():
        out = F.interpolate(tensor, scale_factor=factor, mode=torch_mode)
        keep(f'{mode}-by-{factor}', out[0].permute(1, 2, 0).numpy())


LUMA = np.array([
    [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56], [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92], [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99]])
CHROMA = np.full((8, 8), 99)
CHROMA[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]


def quantise(plane, table):
    out = np.empty_like(plane)
    for y in range(0, plane.shape[0], 8):
        for x in range(0, plane.shape[1], 8):
            spectrum = scipy.fft.dctn(plane[y:y + 8, x:x + 8], norm='ortho')
            out[y:y + 8, x:x + 8] = scipy.fft.idctn(np.round(spectrum / table) * table, norm='ortho')
    return out


def jpeg(rgb, quality):
    factor = 50 / quality if quality < 50 else 2 - quality / 50
    h, w = rgb.shape[:2]
    padded = np.pad(255 * rgb.astype(np.float64), ((0, -h % 16), (0, -w % 16), (0, 0)), mode='edge')
    to = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
    ycc = padded @ to.T
    luma = quantise(ycc[:, :, 0] - 128, LUMA * factor) + 128
    half = [quantise(ycc[:, :, c].reshape(ycc.shape[0] // 2, 2, ycc.shape[1] // 2, 2).mean((1, 3)), CHROMA * factor) for c in (1, 2)]
    cb, cr = (np.repeat(np.repeat(plane, 2, 0), 2, 1) for plane in half)
    out = np.stack([luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb], -1)
    return np.clip(out[:h, :w], 0, 255) / 255


keep('jpeg-42.5', jpeg(image, 42.5))
keep('jpeg-80', jpeg(image, 80))

line = cv2.getGaussianKernel(51, 0)[:, 0]


def wide(x):
    return scipy.ndimage.correlate1d(scipy.ndimage.correlate1d(x, line, 1, mode='mirror'), line, 0, mode='mirror')


exact = image.astype(np.float64)
detail = exact - wide(exact)
soft = wide((np.abs(detail) * 255 > 10).astype(np.float64))
keep('sharpen', soft * np.clip(exact + 0.5 * detail, 0, 1) + (1 - soft) * exact)

dx, dy = grid(25)
picked = scipy.ndimage.correlate(exact, unit(np.exp(-0.5 * (((dx - 0.5) / 0.8) ** 2 + ((dy - 0.5) / 0.8) ** 2)))[:, :, None], mode='mirror')
keep('pick', np.clip(picked[::2, ::2], 0, 1))

matrix = np.array([[0.5, 0.2, 0.1], [0.2, 0.4, 0.05], [0.1, 0.05, 0.3]])
keep('root', np.repeat(scipy.linalg.sqrtm(matrix).real.reshape(-1), 7))

with open(os.path.join(os.path.dirname(__file__), 'stages.json'), 'w') as file:
    json.dump(golden, file)
    file.write('\n')
