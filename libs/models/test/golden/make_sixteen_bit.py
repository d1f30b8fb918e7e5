"""Images of 16 bits through networks, in PyTorch float64.

    python3 libs/models/test/golden/make_sixteen_bit.py        (needs torch and numpy)
    npx prettier --write libs/models/test/golden

Writes sixteen-bit.json: an RGB image through an EDSR, and a grey one through a luma network (FSRCNN), which gets its studio-range luma.
"""

import importlib
import json
import pathlib

import numpy as np
import torch

from golden import fill, pattern

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 5, 4
NETWORKS = {
    "edsr": dict(features=4, blocks=1, resScale=1, scale=2, rgbRange=255),
    "fsrcnn": dict(features=4, shrunk=2, mapping=1, scale=2, tail={"kind": "deconvolution", "crop": 4}),
}


def values(channels):
    return ((pattern(WIDTH * HEIGHT * channels, 7) + 1) / 2 * 65535).round()


def through(name, channels):
    options = NETWORKS[name]
    network = importlib.import_module(f"sr.{name}").network(**options)
    with torch.no_grad():
        fill(network)
        x = torch.from_numpy(values(channels)).reshape(1, HEIGHT, WIDTH, channels).permute(0, 3, 1, 2) / 65535
        y = network(x) if channels == 3 else (255 * network((16 + 219 * x) / 255) - 16) / 219
    return {"options": options, "output": [round(v, 3) for v in (65535 * y[0].permute(1, 2, 0)).flatten().tolist()]}


text = {
    "source": f"PyTorch {torch.__version__.split('+')[0]}, float64",
    "size": [WIDTH, HEIGHT],
    "rgb": values(3).astype(int).tolist(),
    "grey": values(1).astype(int).tolist(),
    "edsr": through("edsr", 3),
    "fsrcnn": through("fsrcnn", 1),
}
(HERE / "sixteen-bit.json").write_text(json.dumps(text) + "\n")
