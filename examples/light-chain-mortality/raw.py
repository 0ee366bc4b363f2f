"""Writes the FLChain study as a laboratory would export it: python raw.py <folder>

The study (7,874 people of Olmsted County over 50; Dispenzieri et al. 2012, Mayo Clin Proc 87:517-523) comes with
scikit-survival, which is GPL-3.0-or-later: it is needed here and in tests, and no step imports it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from sksurv.datasets import load_flchain


def export() -> pd.DataFrame:
    """One row for each person, with an id as a laboratory has it; the group of the study and the cause of death are left out."""
    people, outcome = load_flchain()
    return pd.DataFrame(
        {
            "subject_id": [f"OLM-{number:05d}" for number in range(1, len(people) + 1)],
            "age": people["age"].astype(int),
            "sex": people["sex"].astype(str),
            "kappa": people["kappa"],
            "lambda": people["lambda"],
            "creatinine": people["creatinine"],
            "mgus": people["mgus"].astype(str),
            "follow_up_days": outcome["futime"].astype(int),
            "died": outcome["death"].astype(int),
        }
    )


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    target.mkdir(parents=True, exist_ok=True)
    export().to_csv(target / "people.csv", index=False)
    print(target / "people.csv")
