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


class SubPixel(nn.Module):
    """1x1 convolution to r^2 maps, shuffled into one, which has one bias."""

    def __init__(self, d, r):
        super().__init__()
        self.r, self.weight, self.bias = r, nn.Parameter(torch.zeros(r * r, d, 1, 1)), nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return nn.functional.pixel_shuffle(nn.functional.conv2d(x, self.weight), self.r) + self.bias


class FSRCNN(nn.Module):
    def __init__(self, d, s, m, scale, crop=None, slopes="channel"):
        super().__init__()
        act = lambda i, o, k: [conv(i, o, k), nn.PReLU(o if slopes == "channel" else 1)]
        self.first_part = nn.Sequential(*act(1, d, 5))
        self.mid_part = nn.Sequential(*act(d, s, 1), *[l for _ in range(m) for l in act(s, s, 3)], *act(s, d, 1))
        self.scale, self.crop = scale, crop
        self.last_part = SubPixel(d, scale) if crop is None else nn.ConvTranspose2d(d, 1, 9, stride=scale)

    def forward(self, x):
        h, s = self.last_part(self.mid_part(self.first_part(x))), self.scale
        if self.crop is None:
            return h
        c, height, width = self.crop, x.shape[2] * s, x.shape[3] * s
        # What is missing at the end is where no input pixel reaches: bias only.
        h = nn.functional.pad(h - self.last_part.bias[:, None, None], (0, s, 0, s)) + self.last_part.bias[:, None, None]
        return h[:, :, c : c + height, c : c + width]


def matlab_bicubic(x, scale):
    """a = -0.5, half-pixel centres, edge pixels repeated, nothing rounded."""

    def matrix(size):
        m = torch.zeros(size * scale, size)
        for o in range(size * scale):
            centre = (o + 0.5) / scale - 0.5
            for i in range(int(np.floor(centre)) - 1, int(np.floor(centre)) + 3):
                t, a = abs(centre - i), -0.5
                w = ((a + 2) * t**3 - (a + 3) * t**2 + 1) if t <= 1 else (a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a) if t < 2 else 0
                m[o, min(max(i, 0), size - 1)] += w
        return m

    return torch.einsum("ah,bchw,dw->bcad", matrix(x.shape[2]), x, matrix(x.shape[3]))


class VDSR(nn.Module):
    def __init__(self, n, depth, bias, scale):
        super().__init__()
        self.scale = scale
        self.input = conv(1, n, bias=bias)
        self.residual_layer = nn.Sequential(*[nn.ModuleDict({"conv": conv(n, n, bias=bias)}) for _ in range(depth - 2)])
        self.output = conv(n, 1, bias=bias)

    def forward(self, x):
        z = matlab_bicubic(x, self.scale)
        h = torch.relu(self.input(z))
        for layer in self.residual_layer:
            h = torch.relu(layer["conv"](h))
        return z + self.output(h)


class IDN(nn.Module):
    def __init__(self, blocks, scale, colour):
        super().__init__()
        c = 1 if colour == "y" else 3
        self.blocks, self.scale, self.colour = blocks, scale, colour
        layers = {"conv1": conv(c, 64), "conv2": conv(64, 64)}
        for b in range(blocks):
            sizes = [(64, 48, 1), (48, 32, 4), (32, 64, 1), (48, 64, 1), (64, 48, 4), (48, 80, 1)]
            layers.update({f"conv{b + 3}_{i + 1}": conv(n, m, groups=g) for i, (n, m, g) in enumerate(sizes)})
            layers[f"down{b + 1}"] = conv(80, 64, 1)
        up = nn.ConvTranspose2d(64, 1, 17, scale, 8, output_padding=scale - 1) if c == 1 else nn.Sequential(conv(64, 64), conv(64, 3 * scale**2))
        layers["upsample"] = up
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x):
        act = lambda name, h: nn.functional.leaky_relu(getattr(self, name)(h), 0.05)
        h = act("conv2", act("conv1", x))
        for b in range(self.blocks):
            short = h
            for i in (1, 2, 3):
                short = act(f"conv{b + 3}_{i}", short)
            long = short[:, 16:]
            for i in (4, 5, 6):
                long = act(f"conv{b + 3}_{i}", long)
            h = act(f"down{b + 1}", torch.cat([h, short[:, :16]], 1) + long)
        up = self.upsample(h)
        return (up if self.colour == "y" else nn.functional.pixel_shuffle(up, self.scale)) + matlab_bicubic(x, self.scale)


class Named(nn.Module):
    """Modules under given names, and a function of them."""

    def __init__(self, forward, **modules):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)
        self.call = forward

    def forward(self, x):
        return self.call(self, x)


def cascade(m, x, units):
    states = [x]
    fused = x
    for i, unit in enumerate(units):
        states.append(unit(fused))
        fused = getattr(m, f"c{i + 1}")(torch.cat(states, 1))
    return fused


def carn(n, scale, mobile, groups, heads):
    body = lambda module: Named(lambda m, x: m.body(x), body=module)
    fuse = lambda i: body(nn.Sequential(conv(n * (i + 1), n, 1), nn.ReLU()))
    fuses = lambda: {f"c{i}": fuse(i) for i in (1, 2, 3)}
    g = groups if mobile else 1

    def residual():
        last = [nn.ReLU(), conv(n, n, 1)] if mobile else []
        return Named(lambda m, x: torch.relu(x + m.body(x)), body=nn.Sequential(conv(n, n, groups=g), nn.ReLU(), conv(n, n, groups=g), *last))

    def block():
        if mobile:
            return Named(lambda m, x: cascade(m, x, [m.b1] * 3), b1=residual(), **fuses())
        return Named(lambda m, x: cascade(m, x, [m.b1, m.b2, m.b3]), b1=residual(), b2=residual(), b3=residual(), **fuses())

    def up(s):
        return body(nn.Sequential(*[l for r in ([2, 2] if s == 4 else [s]) for l in (conv(n, n * r * r, groups=g), nn.ReLU(), nn.PixelShuffle(r))]))

    ups = {f"up{s}": up(s) for s in (2, 3, 4)} if heads == "all" else {"up": up(scale)}
    used = f"up{scale}" if heads == "all" else "up"
    return Named(
        lambda m, x: m.exit(getattr(m.upsample, used)(cascade(m, m.entry(x - MEAN), [m.b1, m.b2, m.b3]))) + MEAN,
        entry=conv(3, n), b1=block(), b2=block(), b3=block(), **fuses(), upsample=Named(None, **ups), exit=conv(n, 3),
    )


def attention(n, reduction, descriptor):
    layers = nn.Sequential(conv(n, n // reduction, 1), nn.ReLU(), conv(n // reduction, n, 1), nn.Sigmoid())
    return Named(lambda m, x: x * m.conv_du(descriptor(x)), conv_du=layers)


average = lambda x: x.mean((2, 3), keepdim=True)


def imdn(n, blocks, scale):
    act = lambda h: nn.functional.leaky_relu(h, 0.05)
    contrast = lambda x: x.var((2, 3), keepdim=True, unbiased=False).sqrt() + average(x)

    def block_forward(m, x):
        kept, rest = [], x
        for layer in (m.c1, m.c2, m.c3):
            y = act(layer(rest))
            kept.append(y[:, : n // 4])
            rest = y[:, n // 4 :]
        return m.c5(m.cca(torch.cat([*kept, m.c4(rest)], 1))) + x

    r = 3 * n // 4
    block = lambda: Named(block_forward, c1=conv(n, n), c2=conv(r, n), c3=conv(r, n), c4=conv(r, n // 4), c5=conv(n, n, 1), cca=attention(n, 16, contrast))

    def forward(m, x):
        head = m.fea_conv(x)
        results = [head]
        for i in range(blocks):
            results.append(getattr(m, f"IMDB{i + 1}")(results[-1]))
        return m.upsampler(m.LR_conv(m.c(torch.cat(results[1:], 1))) + head)

    return Named(
        forward,
        fea_conv=conv(3, n), **{f"IMDB{i + 1}": block() for i in range(blocks)},
        c=nn.Sequential(conv(blocks * n, n, 1), nn.LeakyReLU(0.05)), LR_conv=conv(n, n),
        upsampler=nn.Sequential(conv(n, 3 * scale**2), nn.PixelShuffle(scale)),
    )


def pan(n, up, blocks, scale):
    act = lambda h: nn.functional.leaky_relu(h, 0.2)
    near = lambda h, r: nn.functional.interpolate(h, scale_factor=r, mode="nearest")
    pa = lambda: Named(lambda m, h: h * torch.sigmoid(m.conv(h)), conv=conv(up, up, 1))
    half = n // 2
    weighted = lambda: Named(
        lambda m, h: m.k4(m.k3(h) * torch.sigmoid(m.k2(h))),
        k2=conv(half, half, 1), k3=conv(half, half, bias=False), k4=conv(half, half, bias=False),
    )
    block = lambda: Named(
        lambda m, x: x + m.conv3(torch.cat([act(m.k1(act(m.conv1_a(x)))), act(m.PAConv(act(m.conv1_b(x))))], 1)),
        conv1_a=conv(n, half, 1, bias=False), conv1_b=conv(n, half, 1, bias=False), k1=nn.Sequential(conv(half, half, bias=False)),
        PAConv=weighted(), conv3=conv(n, n, 1, bias=False),
    )
    stages = [2, 2] if scale == 4 else [scale]
    tail = {}
    for i, _ in enumerate(stages, 1):
        tail.update({f"upconv{i}": conv(n if i == 1 else up, up), f"att{i}": pa(), f"HRconv{i}": conv(up, up)})

    def forward(m, x):
        first = m.conv_first(x)
        h = first + m.trunk_conv(m.SCPA_trunk(first))
        for i, r in enumerate(stages, 1):
            h = act(getattr(m, f"att{i}")(getattr(m, f"upconv{i}")(near(h, r))))
            h = act(getattr(m, f"HRconv{i}")(h))
        return m.conv_last(h) + nn.functional.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=False)

    return Named(forward, conv_first=conv(3, n), SCPA_trunk=nn.Sequential(*[block() for _ in range(blocks)]), trunk_conv=conv(n, n), **tail, conv_last=conv(up, 3))


def rcan(n, groups, blocks, reduction, scale, rgb_range):
    block = lambda: Residual(nn.Sequential(conv(n, n), nn.ReLU(), conv(n, n), attention(n, reduction, average)))
    group = lambda: Residual(nn.Sequential(*[block() for _ in range(blocks)], conv(n, n)))

    def forward(m, x):
        head = m.head(rgb_range * (x - MEAN))
        return m.tail(head + m.body(head)) / rgb_range + MEAN

    return Named(
        forward,
        head=nn.Sequential(conv(3, n)), body=nn.Sequential(*[group() for _ in range(groups)], conv(n, n)),
        tail=nn.Sequential(edsr_upsampler(n, scale), conv(n, 3)),
    )


def second_order(x):
    """Row means of the square root of the covariance, by five steps of Newton-Schulz."""
    b, c, h, w = x.shape
    flat = x.reshape(b, c, h * w)
    centred = flat - flat.mean(2, keepdim=True)
    cov = centred @ centred.transpose(1, 2) / (h * w)
    trace = cov.diagonal(dim1=1, dim2=2).sum(1)[:, None, None]
    eye3 = 3 * torch.eye(c)
    y, z = cov / trace, torch.eye(c).expand(b, c, c)
    for step in range(5):
        t = 0.5 * (eye3 - z @ y)
        y, z = y @ t, t @ z
    return (y * trace.sqrt()).mean(1).reshape(b, c, 1, 1)


def san(n, groups, blocks, reduction, scale):
    inner = n // 8

    def non_local(m, x):
        b, c, h, w = x.shape
        flat = lambda layer: layer(x).reshape(b, inner, h * w)
        weights = torch.softmax(flat(m.theta).transpose(1, 2) @ flat(m.phi), -1)
        return x + m.W((weights @ flat(m.g).transpose(1, 2)).transpose(1, 2).reshape(b, inner, h, w))

    def quadrants(m, x):
        h, w = x.shape[2] // 2, x.shape[3] // 2
        f = m.non_local
        top = torch.cat([f(x[:, :, :h, :w]), f(x[:, :, :h, w:])], 3)
        return torch.cat([top, torch.cat([f(x[:, :, h:, :w]), f(x[:, :, h:, w:])], 3)], 2)

    residual = lambda: Named(lambda m, x: x + m.conv_first(x), conv_first=nn.Sequential(conv(n, n), nn.ReLU(), conv(n, n)))

    def group():
        def forward(m, x):
            h = x
            for r in m.rcab:
                h = r(h)
            return x + m.conv_last(m.soca(h))

        g = Named(forward, rcab=nn.ModuleList([residual() for _ in range(blocks)]), soca=attention(n, reduction, second_order), conv_last=conv(n, n))
        g.gamma = nn.Parameter(torch.zeros(1))
        return g

    def forward(m, x):
        head = m.head(255 * (x - MEAN))
        source = h = m.non_local(head)
        for g in m.RG:
            h = g(h) + m.gamma * source
        return m.tail(m.non_local(h) + head) / 255 + MEAN

    m = Named(
        forward,
        head=nn.Sequential(conv(3, n)), RG=nn.ModuleList([group() for _ in range(groups)]), conv_last=conv(n, n),
        non_local=Named(
            quadrants,
            soca=attention(n, 8, second_order),
            non_local=Named(non_local, g=conv(n, inner, 1), W=conv(inner, n, 1), theta=conv(n, inner, 1), phi=conv(n, inner, 1)),
        ),
        tail=nn.Sequential(edsr_upsampler(n, scale), conv(n, 3)),
    )
    m.gamma = nn.Parameter(torch.zeros(1))
    return m


def srvgg(n, convs, scale):
    layers = [conv(3, n), nn.PReLU(n)] + [l for _ in range(convs) for l in (conv(n, n), nn.PReLU(n))] + [conv(n, 3 * scale**2)]
    near = lambda x: nn.functional.interpolate(x, scale_factor=scale, mode="nearest")
    return Named(lambda m, x: nn.functional.pixel_shuffle(m.body(x), scale) + near(x), body=nn.Sequential(*layers))


def rrdbnet(n, growth, blocks):
    act = lambda h: nn.functional.leaky_relu(h, 0.2)
    near = lambda h: nn.functional.interpolate(h, scale_factor=2, mode="nearest")

    def dense_forward(m, x):
        states = [x]
        for i in (1, 2, 3, 4):
            states.append(act(getattr(m, f"conv{i}")(torch.cat(states, 1))))
        return x + 0.2 * m.conv5(torch.cat(states, 1))

    dense = lambda: Named(dense_forward, **{f"conv{i + 1}": conv(n + i * growth, n if i == 4 else growth) for i in range(5)})
    block = lambda: Named(lambda m, x: x + 0.2 * m.rdb3(m.rdb2(m.rdb1(x))), rdb1=dense(), rdb2=dense(), rdb3=dense())

    def forward(m, x):
        first = m.conv_first(x)
        h = first + m.conv_body(m.body(first))
        h = act(m.conv_up2(near(act(m.conv_up1(near(h))))))
        return m.conv_last(act(m.conv_hr(h)))

    return Named(
        forward,
        conv_first=conv(3, n), body=nn.Sequential(*[block() for _ in range(blocks)]), conv_body=conv(n, n),
        conv_up1=conv(n, n), conv_up2=conv(n, n), conv_hr=conv(n, n), conv_last=conv(n, 3),
    )


class PisrAutoencoder(nn.Module):
    """Encoder to one channel of LR size, then FSRCNN with one slope per layer, its deconvolution as the release has it. `sees` lr: of the bicubic image."""

    def __init__(self, features, shrunk, scale, student, sees):
        super().__init__()
        self.encoder = nn.Sequential(
            conv(1, features, 5), nn.PReLU(),
            conv(features, features, 5, stride=scale), nn.PReLU(),
            conv(features, shrunk), nn.PReLU(),
            conv(shrunk, 1),
        )
        self.decoder = FSRCNN(*student, scale, slopes="layer")
        self.decoder.last_part = nn.ConvTranspose2d(student[0], 1, 9, stride=scale, padding=4, output_padding=scale - 1)
        self.scale, self.sees = scale, sees

    def forward(self, x):
        return self.decoder(self.encoder(matlab_bicubic(x, self.scale) if self.sees == "lr" else x))


def srkd(n, blocks, scale, depthwise):
    layers = lambda: [conv(n, n, groups=n), nn.ReLU(), conv(n, n, 1)] if depthwise else [conv(n, n), nn.ReLU(), conv(n, n)]
    up = lambda r, outputs: nn.ConvTranspose2d(n, outputs, 3, 3) if r == 3 else nn.ConvTranspose2d(n, outputs, 4, 2, 1)

    def forward(m, x):
        h = m.head(x)
        for block in m.body:
            h = h + block(h)
        return m.tail(h)

    return Named(
        forward,
        head=nn.Sequential(conv(1, n), nn.ReLU()),
        body=nn.ModuleList([nn.Sequential(*layers(), nn.ReLU()) for _ in range(blocks)]),
        tail=nn.Sequential(*([up(2, n), up(2, 1)] if scale == 4 else [up(scale, 1)])),
    )


CASES = {
    "edsr-x2": lambda: golden(EDSR(8, 2, 0.1, 2, 255), 5, 7, 3),
    "edsr-x3": lambda: golden(EDSR(8, 2, 1, 3, 255), 5, 7, 3),
    "edsr-x4": lambda: golden(EDSR(8, 2, 1, 4, 1), 5, 7, 3),
    "fsrcnn-x2": lambda: golden(FSRCNN(8, 4, 2, 2, 4), 5, 7, 1),
    "fsrcnn-x3": lambda: golden(FSRCNN(8, 4, 1, 3, 3), 5, 7, 1),
    "fsrcnn-x4": lambda: golden(FSRCNN(8, 4, 0, 4, 4), 5, 7, 1),
    "fsrcnn-slopes-x2": lambda: golden(FSRCNN(8, 4, 1, 2, 4, "layer"), 5, 7, 1),
    "fsrcnn-subpixel-x3": lambda: golden(FSRCNN(8, 4, 1, 3), 5, 7, 1),
    "vdsr-x2": lambda: golden(VDSR(8, 4, False, 2), 5, 7, 1),
    "vdsr-x3": lambda: golden(VDSR(8, 4, True, 3), 5, 7, 1),
    "idn-x2": lambda: golden(IDN(1, 2, "y"), 5, 7, 1),
    "idn-x3": lambda: golden(IDN(2, 3, "y"), 5, 7, 1),
    "idn-x4": lambda: golden(IDN(1, 4, "y"), 5, 7, 1),
    "idn-rgb-x3": lambda: golden(IDN(1, 3, "rgb"), 5, 7, 3),
    "carn-x2": lambda: golden(carn(8, 2, False, 4, "one"), 5, 7, 3),
    "carn-all-x4": lambda: golden(carn(8, 4, False, 4, "all"), 5, 7, 3),
    "carn-m-x3": lambda: golden(carn(8, 3, True, 4, "all"), 5, 7, 3),
    "carn-m-x4": lambda: golden(carn(8, 4, True, 4, "one"), 5, 7, 3),
    "imdn-x2": lambda: golden(imdn(16, 2, 2), 5, 7, 3),
    "imdn-x3": lambda: golden(imdn(16, 3, 3), 5, 7, 3),
    "pan-x2": lambda: golden(pan(8, 6, 2, 2), 5, 7, 3),
    "pan-x3": lambda: golden(pan(8, 6, 2, 3), 5, 7, 3),
    "pan-x4": lambda: golden(pan(8, 6, 2, 4), 5, 7, 3),
    "rcan-x2": lambda: golden(rcan(16, 2, 2, 4, 2, 255), 5, 7, 3),
    "rcan-x4": lambda: golden(rcan(16, 2, 1, 16, 4, 1), 5, 7, 3),
    "san-x2": lambda: golden(san(16, 2, 2, 4, 2), 6, 7, 3),
    "san-x3": lambda: golden(san(16, 1, 1, 8, 3), 9, 6, 3),
    "srvgg-x2": lambda: golden(srvgg(8, 3, 2), 5, 7, 3),
    "srvgg-x4": lambda: golden(srvgg(8, 2, 4), 5, 7, 3),
    "rrdbnet-x4": lambda: golden(rrdbnet(8, 4, 1), 5, 7, 3),
    "tnsr-x2": lambda: golden(srkd(8, 2, 2, False), 5, 7, 1),
    "tnsr-x3": lambda: golden(srkd(8, 2, 3, False), 5, 7, 1),
    "snsr-x3": lambda: golden(srkd(8, 2, 3, True), 5, 7, 1),
    "snsr-x4": lambda: golden(srkd(2, 2, 4, True), 5, 7, 1),
    "pisr-hr-x2": lambda: golden(PisrAutoencoder(6, 5, 2, (8, 4, 1), "hr"), 8, 6, 1),
    "pisr-hr-x3": lambda: golden(PisrAutoencoder(6, 5, 3, (8, 4, 1), "hr"), 9, 6, 1),
    "pisr-lr-x4": lambda: golden(PisrAutoencoder(6, 5, 4, (8, 4, 1), "lr"), 5, 7, 1),
}

if __name__ == "__main__":
    goldens = {name: case() for name, case in CASES.items()}
    (HERE / "sr.json").write_text(json.dumps(goldens, separators=(",", ":")).replace('"input"', '\n"input"') + "\n")
