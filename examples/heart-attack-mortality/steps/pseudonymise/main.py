"""Replaces patient ids with keyed pseudonyms, minimises the columns and splits by patient.

Reads   $ML_ROOT/processing/input/admissions/admissions.csv, as `ingest` writes it.
Writes  $ML_ROOT/processing/output/{train,validation,test}/{train,validation,test}.csv with a header:
        patient_pseudonym, sex, the features, died_within_one_year;
        $ML_ROOT/processing/output/baseline/baseline.csv: the features of `train` alone, in the order the endpoint
        takes them, for a data quality baseline.
Env     PSEUDONYM_KEY_FILE, a file mounted by a processing input. Its bytes are the key as they are (a final
        newline counts), at least 32 of them. ML_ROOT, default /opt/ml.
Errors  exit code 1; the message goes to stderr and to $ML_ROOT/output/message, without identifiers.

The pseudonym is HMAC-SHA256(key, patient id): whoever holds the key can link it back, so the output stays
personal data (GDPR article 4(5)). It is not de-identified under the HIPAA safe harbor either, since 164.514(c)
bars codes derived from the individual. Postcode, admission date and length of stay are dropped; age becomes the
start of a five-year band, with one band from 90 as in 164.514(b)(2)(i)(C); BMI becomes whole. Length of stay is
no feature for a second reason: nobody knows it at admission.

The split hashes the pseudonym, so a patient keeps the split when data is added, and a new key draws a new split.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
MINIMUM_KEY_BYTES = 32  # RFC 2104 section 3: not shorter than the hash's output
TOP_AGE = 90
TRAIN_SHARE, VALIDATION_SHARE = 0.5, 0.2  # the rest is test: a small cohort needs it for a usable interval
SPLITS = ("train", "validation", "test")

PATIENT, SENSITIVE, LABEL = "patient_pseudonym", "sex", "died_within_one_year"
FEATURES = [
    "age_band",
    "heart_rate",
    "systolic_bp",
    "diastolic_bp",
    "bmi",
    "cardiovascular_history",
    "atrial_fibrillation",
    "cardiogenic_shock",
    "congestive_heart_failure",
    "complete_heart_block",
    "recurrent_infarction",
    "q_wave_infarction",
]


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do."""


def read_key() -> bytes:
    """The HMAC key; raises unless it is a file of at least 32 bytes that are not all the same."""
    name = os.environ.get("PSEUDONYM_KEY_FILE", "")
    if not name:
        raise InputError("PSEUDONYM_KEY_FILE is not set; set it to the path of the key's processing input")
    file = Path(name)
    if not file.is_file():
        raise InputError(f"PSEUDONYM_KEY_FILE is {name!r}, which is not a file; mount the key as a processing input")
    key = file.read_bytes()
    if len(key) < MINIMUM_KEY_BYTES:
        raise InputError(
            f"the key in {name!r} has {len(key)} bytes, allowed are {MINIMUM_KEY_BYTES} or more;"
            " make one with: openssl rand 32"
        )
    if len(set(key)) == 1:
        raise InputError(f"the key in {name!r} repeats one byte; make one with: openssl rand 32")
    return key


def pseudonym(key: bytes, patient_id: str) -> str:
    """64 hexadecimal digits: HMAC-SHA256 of the id's UTF-8 bytes."""
    return hmac.new(key, patient_id.encode(), hashlib.sha256).hexdigest()


def split_of(patient_pseudonym: str) -> str:
    """`train`, `validation` or `test`, the same for every row of a patient."""
    digest = hashlib.sha256(f"split:{patient_pseudonym}".encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    if position < TRAIN_SHARE:
        return "train"
    return "validation" if position < TRAIN_SHARE + VALIDATION_SHARE else "test"


def minimise(admissions: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Only the columns that training and the bias report need, generalised."""
    derived = {PATIENT, "age_band"}
    needed = ["patient_id", "age", SENSITIVE, LABEL, *(name for name in FEATURES if name not in derived)]
    missing = [column for column in needed if column not in admissions]
    if missing:
        raise InputError(f"admissions.csv misses {missing}; run the ingest step of the same version first")
    frame = admissions.assign(
        **{
            PATIENT: [pseudonym(key, patient_id) for patient_id in admissions["patient_id"]],
            "age_band": (admissions["age"] // 5 * 5).clip(upper=TOP_AGE),
            "bmi": admissions["bmi"].round().astype(int),
        }
    )
    # sorted by pseudonym: the order of the export could tell who is who
    return frame[[PATIENT, SENSITIVE, *FEATURES, LABEL]].sort_values(PATIENT, kind="stable")


def main() -> None:
    key = read_key()
    source = ROOT / "processing/input/admissions/admissions.csv"
    if not source.is_file():
        raise InputError(f"no {source}; mount the output of the ingest step there")
    frame = minimise(pd.read_csv(source, dtype={"patient_id": str}, keep_default_na=False), key)
    splits = frame[PATIENT].map(split_of)
    output = ROOT / "processing/output"
    for name in SPLITS:
        part = frame[splits == name]
        if part.empty:
            raise InputError(
                f"the {name} split is empty with {frame[PATIENT].nunique()} patients; export a larger cohort"
            )
        (output / name).mkdir(parents=True, exist_ok=True)
        part.to_csv(output / name / f"{name}.csv", index=False)
        print(f"{name}: admissions={len(part)} patients={part[PATIENT].nunique()}")
    (output / "baseline").mkdir(parents=True, exist_ok=True)
    frame.loc[splits == "train", FEATURES].to_csv(output / "baseline/baseline.csv", index=False)


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        (ROOT / "output").mkdir(parents=True, exist_ok=True)
        (ROOT / "output/message").write_text(str(error))
        sys.exit(f"pseudonymise: {error}")
