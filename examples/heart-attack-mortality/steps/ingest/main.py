"""Checks the hospital's export and turns it into admissions with a label.

Reads   $ML_ROOT/processing/input/raw/*.csv, UTF-8 with a header, one row per admission.
Writes  $ML_ROOT/processing/output/admissions/admissions.csv, the same rows with `died_within_one_year`
        in place of `follow_up_days` and `died`.
Env     ML_ROOT, default /opt/ml.
Errors  exit code 1; the message goes to stderr and to $ML_ROOT/output/message, which SageMaker shows as the
        ExitMessage of the processing job. A message never quotes an identifier, only the lines to look at.

A patient who left follow-up alive within a year has no known outcome: such rows are dropped and counted.
"""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
ONE_YEAR_DAYS = 365
LABEL = "died_within_one_year"


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do."""


@dataclass(frozen=True)
class Text:
    """A non-empty string; an identifier, so messages do not quote it."""

    def wrong(self, values: pd.Series) -> pd.Series:
        return values == ""

    def parse(self, values: pd.Series) -> pd.Series:
        return values

    allowed = "any non-empty text"
    quotable = False


@dataclass(frozen=True)
class Date:
    """An ISO 8601 calendar date; a quasi-identifier, so messages do not quote it."""

    def wrong(self, values: pd.Series) -> pd.Series:
        return pd.to_datetime(values, format="%Y-%m-%d", errors="coerce").isna()

    def parse(self, values: pd.Series) -> pd.Series:
        return values

    allowed = "a date as YYYY-MM-DD"
    quotable = False


@dataclass(frozen=True)
class Category:
    """One of a closed list."""

    values: tuple[str, ...]
    quotable = True

    def wrong(self, values: pd.Series) -> pd.Series:
        return ~values.isin(self.values)

    def parse(self, values: pd.Series) -> pd.Series:
        return values

    @property
    def allowed(self) -> str:
        return ", ".join(self.values)


@dataclass(frozen=True)
class Number:
    """A number between two plausible bounds, both included."""

    minimum: float
    maximum: float
    whole: bool = False
    quotable = True

    def wrong(self, values: pd.Series) -> pd.Series:
        numbers = pd.to_numeric(values, errors="coerce")
        outside = ~numbers.between(self.minimum, self.maximum)
        return outside | (numbers % 1 != 0) if self.whole else outside

    def parse(self, values: pd.Series) -> pd.Series:
        return pd.to_numeric(values).astype("int64" if self.whole else "float64")

    @property
    def allowed(self) -> str:
        return f"{'whole numbers' if self.whole else 'numbers'} from {self.minimum} to {self.maximum}"


YES_NO = Number(0, 1, whole=True)
COLUMNS = {
    "patient_id": Text(),
    "admission_date": Date(),
    "postcode": Text(),
    "age": Number(18, 120, whole=True),  # years
    "sex": Category(("female", "male")),
    "heart_rate": Number(20, 300),  # beats per minute
    "systolic_bp": Number(30, 350),  # mmHg
    "diastolic_bp": Number(1, 250),  # mmHg
    "bmi": Number(8, 100),  # kg/m2
    "cardiovascular_history": YES_NO,
    "atrial_fibrillation": YES_NO,
    "cardiogenic_shock": YES_NO,
    "congestive_heart_failure": YES_NO,
    "complete_heart_block": YES_NO,
    "recurrent_infarction": YES_NO,
    "q_wave_infarction": YES_NO,
    "length_of_stay_days": Number(0, 1000, whole=True),
    "follow_up_days": Number(0, 50000, whole=True),
    "died": YES_NO,
}


def read(file: Path) -> pd.DataFrame:
    """One export as text, so that no type is guessed before it is checked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                file, dtype=str, keep_default_na=False, index_col=False, encoding="utf-8-sig", skip_blank_lines=False
            )
    except (pd.errors.EmptyDataError, pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise InputError(
            f"{file.name} is not a CSV of {len(COLUMNS)} columns: {str(error).strip()}; export it again"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file.name} is not UTF-8 (byte {error.start}); export it as UTF-8") from error
    return frame.apply(lambda column: column.str.strip())


def check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The typed rows of one export; raises on the first column that breaks the schema."""
    missing = [column for column in COLUMNS if column not in frame]
    unknown = [column for column in frame if column not in COLUMNS]
    if missing or unknown:
        raise InputError(
            f"{name} has the wrong columns: missing {missing or 'none'}, unknown {unknown or 'none'};"
            f" allowed are {', '.join(COLUMNS)}; change the export or the schema in ingest/main.py"
        )
    if frame.empty:
        raise InputError(f"{name} has a header and no row; check the export's date range")
    # identifiers come first, so shifted columns fail on the date before any cell is quoted
    for column, kind in COLUMNS.items():
        wrong = kind.wrong(frame[column])
        if wrong.any():
            lines = [int(index) + 2 for index in frame.index[wrong]]  # the header is line 1
            found = f" {frame.loc[wrong, column].iloc[0]!r}" if kind.quotable else " a wrong or empty value"
            raise InputError(
                f"{name} column {column!r} has{found} at line {lines[0]} ({len(lines)} such lines);"
                f" allowed: {kind.allowed}; correct the rows at the source"
            )
    return pd.DataFrame({column: kind.parse(frame[column]) for column, kind in COLUMNS.items()})


def label(admissions: pd.DataFrame) -> pd.DataFrame:
    """Rows whose outcome at one year is known, with the label instead of the follow-up."""
    died = (admissions["died"] == 1) & (admissions["follow_up_days"] <= ONE_YEAR_DAYS)
    known = died | (admissions["follow_up_days"] >= ONE_YEAR_DAYS)
    labelled = admissions.assign(**{LABEL: died.astype(int)})
    return labelled[known].drop(columns=["follow_up_days", "died"])


def main() -> None:
    source = ROOT / "processing/input/raw"
    files = sorted(source.glob("*.csv"))
    if not files:
        raise InputError(f"no *.csv in {source}; mount the export there as a processing input")
    admissions = pd.concat([check(read(file), file.name) for file in files], ignore_index=True)
    twice = admissions.duplicated(["patient_id", "admission_date"])
    if twice.any():
        raise InputError(
            f"{int(twice.sum())} rows repeat a patient_id and admission_date, which must be unique together;"
            " remove the overlap between the exports"
        )
    labelled = label(admissions)
    if labelled.empty:
        raise InputError(
            f"no admission has a known outcome at {ONE_YEAR_DAYS} days; export admissions from over a year ago"
        )
    target = ROOT / "processing/output/admissions"
    target.mkdir(parents=True, exist_ok=True)
    labelled.to_csv(target / "admissions.csv", index=False)
    print(f"admissions={len(labelled)} dropped_unknown_outcome={len(admissions) - len(labelled)}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        (ROOT / "output").mkdir(parents=True, exist_ok=True)
        (ROOT / "output/message").write_text(str(error))
        sys.exit(f"ingest: {error}")
