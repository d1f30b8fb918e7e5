"""Golden p values, smallest detectable differences and Holm's correction.

    python3 libs/lab/test/golden/tests.py   (needs scipy and statsmodels; writes tests.json beside this script)

p values: scipy's one-sample t test of a list against zero. Detectable: the effect at which statsmodels' power of that test is 0.8, exactly (noncentral t), for a
standard error of 1. Holm: statsmodels' multipletests.
"""

import json
import math
import pathlib

from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

LISTS = [
    [0.1, 0.12, 0.11],
    [0.3, -0.1, 0.2, 0.05],
    [-0.02, -0.05, -0.01, -0.04, -0.03],
    [1e-3, -2e-3, 1.5e-3],
]
FAMILIES = [
    [0.01, 0.04, 0.03, 0.005],
    [0.2, 0.9, 0.001],
    [0.03],
    [0.5, 0.5, 0.5],
    [0.012, 0.013, 0.011, 0.6, 0.0001],
]


def detectable(df):
    n = df + 1
    effect = TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8, alternative="two-sided")
    return effect * math.sqrt(n)


golden = {
    "pValues": [{"values": v, "p": stats.ttest_1samp(v, 0).pvalue} for v in LISTS],
    "detectable": [{"df": df, "exact": detectable(df)} for df in (2, 3, 4, 6, 10, 30, 100)],
    "holm": [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in FAMILIES],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=2) + "\n")
