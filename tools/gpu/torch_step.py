"""The steps of workloads.cjs in PyTorch on a CUDA card (else on the CPU): EDSR, L1, Adam; workload 3 with CSD's contrast over VGG19.

Arguments: workload steps [fp32|tf32] [eager|compile]. Prints the median milliseconds of a step that is waited for, and the mean of one among many
that are not, for contiguous images and for channels last. Layers as in libs/models/src/sr/edsr.ts.
"""

import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

# features, blocks, scale, batch, side of the LR patch
SHAPES = {0: (16, 4, 2, 8, 24), 1: (32, 8, 2, 8, 48), 2: (64, 16, 2, 4, 48), 3: (32, 4, 4, 10, 10), 4: (64, 16, 4, 16, 48)}
WIDTH, NEGATIVES = 0.25, 10

which, steps = int(sys.argv[1]), int(sys.argv[2])
precision = sys.argv[3] if len(sys.argv) > 3 else 'fp32'
how = sys.argv[4] if len(sys.argv) > 4 else 'eager'
features, blocks, scale, batch, side = SHAPES[which]
device = 'cuda' if torch.cuda.is_available() else 'cpu'
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == 'tf32'
torch.backends.cudnn.benchmark = True
torch.manual_seed(0)


def layer(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 3, padding=1)


class Edsr(nn.Module):
    def __init__(self):
        super().__init__()
        self.factors = [2, 2] if scale == 4 else [scale]
        self.head, self.tail = layer(3, features), layer(features, 3)
        self.body = nn.ModuleList(layer(features, features) for _ in range(2 * blocks + 1))
        self.up = nn.ModuleList(layer(features, features * r * r) for r in self.factors)

    def forward(self, x, width=1.0):
        n = round(features * width)

        def conv(part, y, outputs):
            if width == 1.0:
                return part(y)
            return F.conv2d(y, part.weight[:outputs, : y.shape[1]], part.bias[:outputs], padding=1)

        first = h = conv(self.head, x, n)
        for i in range(blocks):
            h = h + conv(self.body[2 * i + 1], F.relu(conv(self.body[2 * i], h, n)), n)
        h = first + conv(self.body[-1], h, n)
        for part, r in zip(self.up, self.factors):
            h = F.pixel_shuffle(conv(part, h, n * r * r), r)
        return conv(self.tail, h, 3)


class Vgg(nn.Module):
    """VGG19 up to conv5_1; what follows the first convolution of each block is returned."""

    def __init__(self):
        super().__init__()
        channels = [64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512]
        self.convs = nn.ModuleList(layer(i, o) for i, o in zip([3, *channels], channels))

    def forward(self, x):
        h, found = 255 * x, []
        for i, part in enumerate(self.convs):
            h = F.relu(part(F.max_pool2d(h, 2) if i in (2, 4, 8, 12) else h))
            if i in (0, 2, 4, 8, 12):
                found.append(h)
        return found


def contrast(anchor, positive, negative):
    loss = 0
    for weight, a, p, n in zip((1 / 32, 1 / 16, 1 / 8, 1 / 4, 1), anchor, positive, negative):
        repulsion = sum(F.l1_loss(a, row.expand_as(a)) for row in n.split(1))
        loss = loss + weight * F.l1_loss(a, p) / (repulsion + 1e-7)
    return loss


def measure(form):
    net = Edsr().to(device).to(memory_format=form)
    vgg = Vgg().to(device).to(memory_format=form).requires_grad_(False) if which == 3 else None
    adam = torch.optim.Adam(net.parameters(), 1e-4)
    lr = torch.rand(batch, 3, side, side, device=device).to(memory_format=form)
    hr = torch.rand(batch, 3, scale * side, scale * side, device=device).to(memory_format=form)

    def objective(x, y):
        if vgg is None:
            return F.l1_loss(net(x), y)
        teacher, student = net(x), net(x, WIDTH)
        with torch.no_grad():
            positive = vgg(teacher)
            negative = vgg(F.interpolate(x[:NEGATIVES], scale_factor=scale, mode='bicubic', align_corners=False))
        return F.l1_loss(student, y) + 200 / 255 * contrast(vgg(student), positive, negative) + F.l1_loss(teacher, y)

    loss_of = torch.compile(objective) if how == 'compile' else objective

    def step():
        adam.zero_grad(set_to_none=True)
        loss = loss_of(lr, hr)
        loss.backward()
        adam.step()
        return loss

    def now():
        if device == 'cuda':
            torch.cuda.synchronize()
        return 1000 * time.perf_counter()

    for _ in range(5):
        step().item()
    waiting = []
    for _ in range(steps):
        begun = now()
        step().item()
        waiting.append(now() - begun)
    begun = now()
    for _ in range(steps):
        step()
    return statistics.median(waiting), (now() - begun) / steps


for name, form in (('contiguous', torch.contiguous_format), ('channels last', torch.channels_last)):
    waiting, streaming = measure(form)
    print(f'torch {torch.__version__} {device} workload {which} {precision} {how} {name}: waiting {waiting:.2f} ms, streaming {streaming:.2f} ms', end='; ')
print()
