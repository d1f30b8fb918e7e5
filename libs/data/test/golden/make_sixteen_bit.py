"""Images of 16 bits, as others write, read and shrink them.

    python3 libs/data/test/golden/make_sixteen_bit.py        (needs numpy, Pillow, tifffile and torch)
    npx prettier --write libs/data/test/golden

Writes rgb.tif (tifffile) and grey.png (Pillow), and sixteen-bit.json: their values, and the RGB values shrunk to one half by PyTorch in float64, where no pixel
beyond the edge counts (`interpolate`, bicubic, antialiased: MATLAB's kernel, but another border).
"""

import json
import pathlib

import numpy as np
import PIL
import tifffile
import torch
from PIL import Image

HERE = pathlib.Path(__file__).parent
HEIGHT, WIDTH = 16, 20
MARGIN = 2  # Pixels of the small image that see beyond the edge.

random = np.random.default_rng(16)
rgb = random.integers(0, 65536, (HEIGHT, WIDTH, 3), dtype=np.uint16)
grey = random.integers(0, 65536, (HEIGHT, WIDTH), dtype=np.uint16)
tifffile.imwrite(HERE / "rgb.tif", rgb, photometric="rgb")
Image.fromarray(grey).save(HERE / "grey.png")
planes = torch.from_numpy(rgb.astype(np.float64)).permute(2, 0, 1)[None]
half = torch.nn.functional.interpolate(planes, scale_factor=0.5, mode="bicubic", antialias=True, align_corners=False)
inside = half[0].permute(1, 2, 0)[MARGIN:-MARGIN, MARGIN:-MARGIN].clamp(0, 65535)
text = {
    "source": f"numpy {np.__version__}, Pillow {PIL.__version__}, tifffile {tifffile.__version__}, PyTorch {torch.__version__.split('+')[0]} in float64",
    "size": [WIDTH, HEIGHT],
    "rgb": rgb.flatten().tolist(),
    "grey": grey.flatten().tolist(),
    "margin": MARGIN,
    "half": [round(value, 3) for value in inside.flatten().tolist()],
}
(HERE / "sixteen-bit.json").write_text(json.dumps(text) + "\n")
