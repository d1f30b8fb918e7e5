"""One training step of EDSR (L1, Adam) in eager PyTorch on the CPU, timed on request.

Arguments: features blocks batch side scale threads. Prints `ready`, then for every line read
one step's seconds by the clock and of processor time, and the process's largest resident memory in bytes.
Layers as in libs/models/src/sr/edsr.ts: no mean shift, which costs nothing.
"""

import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

features, blocks, batch, side, scale, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)


def conv(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 3, padding=1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = conv(features, features), conv(features, features)

    def forward(self, x):
        return x + self.second(F.relu(self.first(x)))


class Edsr(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = conv(3, features)
        self.body = nn.Sequential(*[Block() for _ in range(blocks)], conv(features, features))
        factors = [2, 2] if scale == 4 else [scale]
        self.up = nn.Sequential(*[m for r in factors for m in (conv(features, features * r * r), nn.PixelShuffle(r))])
        self.tail = conv(features, 3)

    def forward(self, x):
        x = self.head(x)
        return self.tail(self.up(x + self.body(x)))


net = Edsr()
adam = torch.optim.Adam(net.parameters(), 1e-4)
lr = torch.rand(batch, 3, side, side)
hr = torch.rand(batch, 3, side * scale, side * scale)


def step():
    clock, processor = time.perf_counter(), time.process_time()
    adam.zero_grad(set_to_none=True)
    F.l1_loss(net(lr), hr).backward()
    adam.step()
    return time.perf_counter() - clock, time.process_time() - processor


step()
print("ready", flush=True)
for _ in sys.stdin:
    print(*step(), 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
