"""Drops the columns that name a patient. Reads /opt/ml/processing/input/admissions, writes .../output/train."""

import os
from pathlib import Path

import pandas as pd

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
IDENTIFIERS = ["patient_id", "name", "birth_date", "address"]


def main() -> None:
    files = sorted((ROOT / "processing/input/admissions").glob("*.csv"))
    if not files:
        raise SystemExit("no CSV in /opt/ml/processing/input/admissions: put the admissions under admissions/ of the raw store")
    admissions = pd.concat(pd.read_csv(file) for file in files)
    target = ROOT / "processing/output/train"
    target.mkdir(parents=True, exist_ok=True)
    admissions.drop(columns=IDENTIFIERS, errors="ignore").to_csv(target / "train.csv", index=False)


if __name__ == "__main__":
    main()
