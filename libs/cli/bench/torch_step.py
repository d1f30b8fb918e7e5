"""One training step of EDSR in eager PyTorch on the CPU, timed on request.

Arguments: features blocks batch side scale threads width negatives. With width 0 the step is L1 and Adam; else it is
contrastive self-distillation with a student of that part of the channels, so many negatives, and VGG19 features of
random weights. Prints `ready`, then for every line read one step's seconds by the clock and of processor time, and the
process's largest resident memory in bytes.
Layers as in libs/models/src/sr/edsr.ts: no mean shift, which costs nothing.
"""

import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

features, blocks, batch, side, scale, threads = map(int, sys.argv[1:7])
width, negatives = float(sys.argv[7]), int(sys.argv[8])
torch.set_num_threads(threads)
torch.manual_seed(0)

factors = [2, 2] if scale == 4 else [scale]
head, tail = nn.Conv2d(3, features, 3, padding=1), nn.Conv2d(features, 3, 3, padding=1)
body = nn.ModuleList(nn.Conv2d(features, features, 3, padding=1) for _ in range(2 * blocks + 1))
up = nn.ModuleList(nn.Conv2d(features, features * r * r, 3, padding=1) for r in factors)
adam = torch.optim.Adam([*head.parameters(), *body.parameters(), *up.parameters(), *tail.parameters()], 1e-4)


def conv(layer, x, outputs):
    """The leading channels of a layer: as many inputs as x has."""
    return F.conv2d(x, layer.weight[:outputs, : x.shape[1]], layer.bias[:outputs], padding=1)


def edsr(x, w):
    n = round(features * w)
    first = h = conv(head, x, n)
    for i in range(blocks):
        h = h + conv(body[2 * i + 1], F.relu(conv(body[2 * i], h, n)), n)
    h = first + conv(body[-1], h, n)
    for layer, r in zip(up, factors):
        h = F.pixel_shuffle(conv(layer, h, n * r * r), r)
    return conv(tail, h, 3)


channels = [64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512]
convs = [nn.Conv2d(i, o, 3, padding=1).requires_grad_(False) for i, o in zip([3, *channels], channels)]
starts, seen = {2, 4, 8, 12}, {0, 2, 4, 8, 12}
weights = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1]


def vgg(x):
    h, found = 255 * x, []
    for i, layer in enumerate(convs):
        h = F.relu(layer(F.max_pool2d(h, 2) if i in starts else h))
        if i in seen:
            found.append(h)
    return found


def contrastive(anchor, positive, negative):
    loss = 0
    for weight, a, p, n in zip(weights, anchor, positive, negative):
        repulsion = sum(F.l1_loss(a, row.expand_as(a)) for row in n.split(1))
        loss = loss + weight * F.l1_loss(a, p) / (repulsion + 1e-7)
    return loss


lr = torch.rand(batch, 3, side, side)
hr = torch.rand(batch, 3, side * scale, side * scale)


def objective():
    if width == 0:
        return F.l1_loss(edsr(lr, 1), hr)
    teacher, student = edsr(lr, 1), edsr(lr, width)
    with torch.no_grad():
        positive = vgg(teacher)
        negative = vgg(F.interpolate(lr[:negatives], scale_factor=scale, mode="bicubic", align_corners=False))
    term = contrastive(vgg(student), positive, negative)
    return F.l1_loss(student, hr) + 200 / 255 * term + F.l1_loss(teacher, hr)


def step():
    clock, processor = time.perf_counter(), time.process_time()
    adam.zero_grad(set_to_none=True)
    objective().backward()
    adam.step()
    return time.perf_counter() - clock, time.process_time() - processor


step()
print("ready", flush=True)
for _ in sys.stdin:
    print(*step(), 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
