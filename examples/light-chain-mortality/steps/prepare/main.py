"""Splits what de-identification gives into three, and shapes it into numbers.

Reads   $ML_ROOT/processing/input/people/*.csv, UTF-8 with a header, one row for each person under a pseudonym.
Writes  $ML_ROOT/processing/output/{train,validation,test}/people.csv: the features, `died_within_five_years`, and
        `person`, the pseudonym: by it the training keeps the records of one person together, and an erasure finds them.
Env     ML_ROOT, default /opt/ml.
Errors  exit code 1; the message goes to stderr and to $ML_ROOT/output/message. It quotes no value of a person.

Every constant below is one of medicine, known before anybody looked at these people: a mean or a quantile of the data
would be a result of it that no ε covers. Whom a split holds depends on each person's pseudonym alone, so nobody moves
when somebody leaves.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
FIVE_YEARS_DAYS = 5 * 365
LABEL = "died_within_five_years"
SPLITS = {"train": 0.7, "validation": 0.85, "test": 1.0}  # up to which share
RANGES = {  # plausible at all; the units of the laboratory
    "age": (18, 120),  # the beginning of a band of five years
    "kappa": (0, 1000),  # mg/dL
    "lambda": (0, 1000),  # mg/dL
    "creatinine": (0.1, 50),  # mg/dL
    "follow_up_days": (0, 50000),  # the beginning of a band: before five years, or from then on
    "died": (0, 1),
}
WORDS = {"sex": ("F", "M"), "mgus": ("no", "yes")}
MAY_BE_MISSING = ("creatinine",)
PSEUDONYM = "[0-9a-f]{32}"
DETECTION_LIMIT = 0.01  # mg/dL


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do."""


def read(folder: Path) -> pd.DataFrame:
    """The checked rows of all files."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError(f"no *.csv in {folder}; mount the output of the de-identification there")
    frame = pd.concat([pd.read_csv(file, dtype={"subject_id": str}) for file in files], ignore_index=True)
    columns = ["subject_id", *RANGES, *WORDS]
    missing = [column for column in columns if column not in frame]
    if missing:
        raise InputError(f"the table has no {', '.join(missing)}; it takes {', '.join(columns)}")
    for column, (low, high) in RANGES.items():
        numbers = pd.to_numeric(frame[column], errors="coerce")
        absent = frame[column].isna() if column in MAY_BE_MISSING else False
        check(column, numbers.between(low, high) | absent, f"numbers from {low} to {high}")
        frame[column] = numbers
    for column, allowed in WORDS.items():
        check(column, frame[column].isin(allowed), ", ".join(allowed))
    check("subject_id", frame["subject_id"].str.fullmatch(PSEUDONYM).eq(True), "pseudonyms of the de-identification")
    if frame["subject_id"].duplicated().any():
        raise InputError("the table has people twice; export one row for each")
    return frame


def check(column: str, good: pd.Series, allowed: str) -> None:
    """Passes where all rows are good."""
    if not good.all():
        raise InputError(
            f"column {column!r} is wrong in {int((~good).sum())} rows, the first is row {int(np.argmin(good)) + 1};"
            f" allowed: {allowed}; correct the rows at the source"
        )


def features(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers around 0, by constants of medicine."""
    return pd.DataFrame(
        {
            "age": (frame["age"] - 65) / 10,
            "female": (frame["sex"] == "F").astype(int),
            "kappa": np.log(frame["kappa"].clip(lower=DETECTION_LIMIT)),
            "lambda": np.log(frame["lambda"].clip(lower=DETECTION_LIMIT)),
            # 1 mg/dL is usual: it stands where nothing was measured
            "creatinine": np.log(frame["creatinine"].fillna(1)),
            "creatinine_missing": frame["creatinine"].isna().astype(int),
            "mgus": (frame["mgus"] == "yes").astype(int),
        }
    )


def share(pseudonym: str) -> float:
    """Where a person stands between 0 and 1, by the pseudonym alone."""
    return int.from_bytes(hashlib.sha256(f"split:{pseudonym}".encode()).digest()[:6], "big") / 2**48


def main() -> None:
    people = read(ROOT / "processing/input/people")
    died = (people["died"] == 1) & (people["follow_up_days"] < FIVE_YEARS_DAYS)
    known = died | (people["follow_up_days"] >= FIVE_YEARS_DAYS)
    if not known.any():
        raise InputError("nobody has a known outcome at five years; export people from before that")
    table = features(people).assign(**{LABEL: died.astype(int)})[known]
    shares = people.loc[known, "subject_id"].map(share)
    # the order of a file would tell who is who to whoever has the export; that of pseudonyms tells nothing
    shuffled = table.assign(person=people["subject_id"]).sort_values("person")
    below = 0.0
    for split, up_to in SPLITS.items():
        target = ROOT / "processing/output" / split
        target.mkdir(parents=True, exist_ok=True)
        shuffled[shares.loc[shuffled.index].between(below, up_to, inclusive="left")].to_csv(
            target / "people.csv", index=False
        )
        below = up_to


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        (ROOT / "output").mkdir(parents=True, exist_ok=True)
        (ROOT / "output/message").write_text(str(error))
        sys.exit(f"prepare: {error}")
