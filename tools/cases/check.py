"""Cases that people of this field report, each rebuilt by a generator and tried on the command: does it end as the case's README line says?

    python3 tools/cases/check.py ../shared/cases [CASE...]        (needs numpy, Pillow and, for weights, torch and safetensors)

Each case is generated in an empty folder of its own. One line per check; exit code 1 if one of them fails, 2 if a case cannot be generated or is not known here.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = ["node", str(ROOT / "libs/cli/bin/distillery.cjs")]
FAILED = []


class Run:
    def __init__(self, *args, limit=300):
        started = time.monotonic()
        env = {name: value for name, value in os.environ.items() if name != "DISTILLERY_DATA"}
        done = subprocess.run([*COMMAND, *args], capture_output=True, text=True, timeout=limit, env=env, stdin=subprocess.DEVNULL)
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.seconds = time.monotonic() - started

    @property
    def words(self):
        return self.out + self.err


def check(what, holds, run=None):
    print(f"  {'ok' if holds else 'FAILS'}  {what}", flush=True)
    if not holds:
        FAILED.append(what)
        if run is not None:
            print("    " + run.words.strip().replace("\n", "\n    ")[-1500:], flush=True)


def refused(what, run, pattern):
    lines = [line for line in run.err.splitlines() if line.startswith("distillery: ")]
    check(f"{what} is refused in one line: {pattern}", run.code == 2 and len(lines) == 1 and re.search(pattern, lines[0]) is not None and len(lines[0]) < 500, run)


def pixels(path):
    return np.asarray(Image.open(path)).astype(int)


def same(a, b, within=0):
    a, b = pixels(a), pixels(b)
    return a.shape == b.shape and int(abs(a - b).max()) <= within


def evaluated(dataset, scale=2):
    run = Run("eval", "--model", "bicubic", "--scale", str(scale), "--dataset", dataset)
    found = re.search(r"^mean\s+([\d.]+)", run.out, re.M)
    return run, float(found[1]) if found else None


def upscaled(weights, out, model, scale, *more):
    return Run("upscale", "lr.png", out, "--engine", "onnx", "--model", model, "--scale", str(scale), "--weights", weights, *more)


def small_weights(path):
    """A small EDSR x2 with random weights, for cases that bring none."""
    import torch

    torch.manual_seed(0)
    sizes = {"head.0": (8, 3), "body.0.body.0": (8, 8), "body.0.body.2": (8, 8), "body.1": (8, 8), "tail.0.0": (32, 8), "tail.1": (3, 8)}
    weights = {}
    for name, (outputs, inputs) in sizes.items():
        weights[f"{name}.weight"] = (torch.rand(outputs, inputs, 3, 3) - 0.5) / 5
        weights[f"{name}.bias"] = torch.zeros(outputs)
    torch.save(weights, path)


def case_01():
    _, known = evaluated("ok")
    for dataset in ("ok", "lower-x2", "biclr-suffix", "div2k", "div2k/DIV2K_valid_HR"):
        run, mean = evaluated(dataset)
        check(f"{dataset}: the stored LR is used, and said to be ({mean} dB)", run.code == 0 and mean == known and mean < 33 and "stored in" in run.words, run)


def case_03():
    run, _ = evaluated("mixed")
    check("mixed: four images", all(re.search(rf"^{i}\s", run.out, re.M) for i in range(4)), run)
    run, mean = evaluated("bmp")
    check(f"bmp: read ({mean} dB)", run.code == 0 and mean is not None, run)


def case_04():
    run, _ = evaluated("set")
    check("the image whose LR is made is named", run.code == 0 and re.search(r"stored .*but of 1 image not and made .*: 1$", run.err, re.M) is not None, run)


def case_05():
    for name in ("plain", "csd", "wrapped-only"):
        upscaled(f"{name}.pth", f"{name}.png", "edsr-baseline", 4)
    check("csd.pth makes the pixels of plain.pth", same("plain.png", "csd.png"))
    check("wrapped-only.pth too", same("plain.png", "wrapped-only.png"))


def case_07():
    for name in ("new", "trunk", "model"):
        upscaled(f"{name}.pth", f"{name}.png", "rrdbnet", 4)
    for name in ("trunk", "model"):
        check(f"{name}.pth makes the pixels of new.pth", same("new.png", f"{name}.png"))


def case_08():
    for name in ("plain.pth", "half.pth", "bf16.pth", "bf16.safetensors"):
        run = upscaled(name, f"{name}.png", "edsr-baseline", 2)
        check(f"{name} loads", run.code == 0, run)
    check("half.pth is within 1 of plain.pth", same("plain.pth.png", "half.pth.png", within=1))
    check("bf16.safetensors is bf16.pth", same("bf16.pth.png", "bf16.safetensors.png"))


def case_10():
    for name in ("plain", "counter", "numpy", "args"):
        run = upscaled(f"{name}.pth", f"{name}.png", "edsr-baseline", 2)
        check(f"{name}.pth loads", run.code == 0 and same("plain.png", f"{name}.png"), run)


def case_11():
    run = upscaled("range1.pth", "range1.png", "edsr-baseline", 2)
    check("range1.pth makes the right image by its own mean shift", run.code == 0 and same("range1.png", "ref.png"), run)
    run = upscaled("range1-nomean.pth", "stated.png", "edsr-baseline", 2, "--rgb-range", "1")
    check("range1-nomean.pth with --rgb-range 1 makes the right image", run.code == 0 and same("stated.png", "ref.png"), run)
    run = upscaled("range1-nomean.pth", "unknown.png", "edsr-baseline", 2)
    check("without it there is a word", "nothing in it tells the value range" in run.err, run)
    run = upscaled("flickr.pth", "flickr.png", "edsr-baseline", 2)
    check("flickr.pth loads", run.code == 0, run)


def case_14():
    run = Run("notebook", "long.ipynb", "--out", "out")
    check(f"0.8 MB on one line: done in {run.seconds:.0f} s", run.code == 0 and run.seconds < 120, run)


def case_15():
    run = Run("notebook", "a/same.ipynb", "b/same.ipynb", "--out", "out")
    refused("two notebooks of one name", run, r"overwrite")
    check("before anything is run", not os.path.exists("out"))


def case_16():
    run = Run("notebook", "hang.ipynb", "--out", "out", "--timeout", "3")
    check("--timeout ends a cell that never settles", run.code == 1 and "still running after 3 s" in run.err, run)


def case_17():
    run = Run("notebook", "bom.ipynb", "--out", "out")
    check("a byte order mark is read", run.code == 0, run)
    run = Run("notebook", "raises.ipynb", "--out", "out")
    outputs = [output["output_type"] for cell in json.load(open("out/raises.ipynb"))["cells"] for output in cell["outputs"]]
    check("after raises-exception the next cell runs", run.code == 0 and outputs == ["error", "stream"], run)


def case_18():
    small_weights("w.pth")
    for command in (["resize", "--scale", "2"], ["upscale", "--weights", "w.pth", "--engine", "onnx"]):
        name = command[0]
        run = Run(name, "phone.jpg", "phone.png", *command[1:])
        check(f"{name}: phone.jpg comes out upright, and says so", Image.open("phone.png").size == (60, 80) and "upright" in run.err, run)
        run = Run(name, "rgba.png", "alpha.png", *command[1:])
        check(f"{name}: rgba.png keeps its alpha", Image.open("alpha.png").mode == "RGBA" and set(np.unique(pixels("alpha.png")[..., 3])) >= {0, 255}, run)
        run = Run(name, "rgb16.png", "deep.png", *command[1:])
        check(f"{name}: rgb16.png keeps 16 bits", open("deep.png", "rb").read(26)[24] == 16, run)
        run = Run(name, "icc.png", "profile.png", *command[1:])
        check(f"{name}: icc.png keeps its profile", Image.open("profile.png").info.get("icc_profile") == Image.open("icc.png").info["icc_profile"], run)


def case_19():
    run = Run("resize", "cmyk.jpg", "cmyk.png", "--scale", "1/2")
    check("cmyk.jpg is converted, and says so", run.code == 0 and "CMYK" in run.err and Image.open("cmyk.png").mode == "RGB", run)
    for name in ("x.bmp", "x.tif", "x.webp"):
        run = Run("resize", name, f"{name}.png", "--scale", "1/2")
        check(f"{name} is read", run.code == 0, run)
    check("BMP and TIFF hold the same pixels", same("x.bmp.png", "x.tif.png"))


def case_21():
    run = Run("resize", "hr.png", "lr.png", "--scale", "1/3")
    check("--scale 1/3 is a third", run.code == 0 and Image.open("lr.png").size == (170, 170), run)
    Run("resize", "hr.png", "rounded.png", "--scale", "0.3333")
    check("which 0.3333 is not", not (Image.open("rounded.png").size == (170, 170) and same("lr.png", "rounded.png")))


def case_22():
    small_weights("w.pth")
    run = Run("upscale", "in", "out", "--weights", "w.pth", "--engine", "onnx")
    check("each image of the folder is upscaled", run.code == 0 and sorted(os.listdir("out")) == ["0.png", "1.png", "2.png"], run)
    check("by the scale", all(Image.open(f"out/{i}.png").size == (80, 60) for i in range(3)))


def case_23():
    Image.new("RGB", (8, 8)).save("lr.png")
    kinds = {"html.pth": "an HTML page", "lfs.pth": "git LFS", "inner.zip": "a zip archive that holds edsr.pth", "w.pth.gz": "gzip", "model.safetensors.index.json": "index of weights"}
    for name, pattern in kinds.items():
        refused(name, upscaled(name, "x.png", "edsr-baseline", 2), pattern)


def case_24(generated):
    kept = float(re.search(r"MiB kept ([-\d.]+)", generated)[1])
    check(f"24 LR images leave {kept} MiB", kept < 2)


def generate(case):
    (script,) = [path for path in case.iterdir() if path.name.startswith("gen.")]
    program = [sys.executable] if script.suffix == ".py" else ["node", "--expose-gc"]
    arguments = [str(ROOT)] if script.suffix == ".cjs" else []
    done = subprocess.run([*program, str(script), *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{case.name}: cannot be generated: {done.stderr.strip().splitlines()[-1]}")
        sys.exit(2)
    return done.stdout


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    wanted = sys.argv[2:]
    for case in sorted(pathlib.Path(sys.argv[1]).resolve().iterdir()):
        number = case.name[:2]
        if not (case / "README").is_file() or (wanted and number not in wanted and case.name not in wanted):
            continue
        check_case = globals().get(f"case_{number}")
        if check_case is None:
            print(f"{case.name}: no check of it is here")
            sys.exit(2)
        print(case.name, flush=True)
        with tempfile.TemporaryDirectory(prefix="distillery-case-") as folder:
            os.chdir(folder)
            output = generate(case)
            check_case(output) if number == "24" else check_case()
            os.chdir(ROOT)
    print(f"{len(FAILED)} checks failed" if FAILED else "all hold")
    sys.exit(1 if FAILED else 0)
