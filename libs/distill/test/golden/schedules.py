"""Golden learning rates: PyTorch's own schedulers, called as the released training loops call theirs.

    python3 libs/distill/test/golden/schedules.py   (needs torch; writes schedules.json beside this script)

For each loop the rates as runs of equal steps: [first step, last step, rate], steps counted from 1. Of the cosine, some of its 1000 epochs.
"""

import json
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler

# These loops move the rate before the optimiser's first step, which PyTorch warns of since 1.1: that is what is measured.
warnings.filterwarnings("ignore")
EPOCH = 1000


def adam(rate):
    return torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=rate)


def moved_before_each_epoch(optimizer, scheduler, epochs):
    runs = []
    for epoch in range(epochs):
        scheduler.step()
        runs.append([EPOCH * epoch + 1, EPOCH * (epoch + 1), optimizer.param_groups[0]["lr"]])
    return runs


def moved_before_each_step_but_the_first(optimizer, scheduler, steps):
    runs = []
    for step in range(1, steps + 1):
        if step > 1:
            scheduler.step()
        runs.append([step, step, optimizer.param_groups[0]["lr"]])
    return runs


def joined(runs):
    result = []
    for first, last, rate in runs:
        if result and result[-1][2] == rate:
            result[-1][1] = last
        else:
            result.append([first, last, rate])
    return result


def fakd(epochs):
    optimizer = adam(1e-4)
    return joined(moved_before_each_epoch(optimizer, lr_scheduler.MultiStepLR(optimizer, [150, 300, 450, 600], 0.5), epochs))


def pisr():
    optimizer = adam(1e-3)
    runs = moved_before_each_epoch(optimizer, lr_scheduler.CosineAnnealingLR(optimizer, T_max=1000, eta_min=1e-5), 1000)
    return [runs[epoch] for epoch in (0, 1, 2, 100, 250, 499, 500, 750, 998, 999)]


def csd(epochs):
    """Its loop sets the rate by a formula of the epoch, counted from 0."""
    return joined([[EPOCH * e + 1, EPOCH * (e + 1), 1e-4 * 0.1 ** (e // 200)] for e in range(epochs)])


def jdsr(epochs):
    """The port halves every 200 epochs."""
    optimizer = adam(2e-4)
    scheduler = lr_scheduler.StepLR(optimizer, 200, 0.5)
    runs = []
    for epoch in range(epochs):
        runs.append([EPOCH * epoch + 1, EPOCH * (epoch + 1), optimizer.param_groups[0]["lr"]])
        scheduler.step()
    return joined(runs)


def pdd():
    optimizer = adam(1e-4)
    scheduler = lr_scheduler.MultiStepLR(optimizer, [25_000, 100_000, 200_000, 300_000], 0.5)
    return joined(moved_before_each_step_but_the_first(optimizer, scheduler, 100_000))


goldens = {
    "csd csd": csd(400),
    "csd pretrain": csd(300),
    "csd baseline-long": csd(700),
    "fakd rcan-fakd": fakd(200),
    "fakd rcan-teacher": fakd(400),
    "fakd rcan-long": fakd(600),
    "pisr pisr": pisr(),
    "jdsr jdsr": jdsr(1000),
    "jdsr alone-long": jdsr(2200),
    "pdd static": pdd(),
}
rows = [f'"{name}": {json.dumps([[a, b, float(f"{rate:.12g}")] for a, b, rate in runs])}' for name, runs in goldens.items()]
(pathlib.Path(__file__).parent / "schedules.json").write_text("{\n  " + ",\n  ".join(rows) + "\n}\n")
