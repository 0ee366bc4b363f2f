"""Drops what names a patient, and puts the label first, as XGBoost reads CSV.

Reads /opt/ml/processing/input/admissions, writes /opt/ml/processing/output/train.
"""

import os
from pathlib import Path

import pandas as pd

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml")) / "processing"
IDENTIFIERS = ["patient_id", "name", "birth_date", "address"]
LABEL = "readmitted"


def main() -> None:
    files = sorted((ROOT / "input/admissions").glob("*.csv"))
    if not files:
        raise SystemExit("no CSV in /opt/ml/processing/input/admissions: put the admissions under admissions/ of the bucket")
    admissions = pd.concat(pd.read_csv(file) for file in files).drop(columns=IDENTIFIERS, errors="ignore")
    features = admissions.drop(columns=LABEL).select_dtypes("number")
    target = ROOT / "output/train"
    target.mkdir(parents=True, exist_ok=True)
    pd.concat([admissions[LABEL].astype(int), features], axis=1).to_csv(target / "train.csv", index=False, header=False)


if __name__ == "__main__":
    main()
