"""What `ingest` refuses, and what it says."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import run, run_here


@pytest.fixture
def export(raw, tmp_path):
    """Runs ingest on the first 20 real rows after a change."""

    def ingest(change=lambda frame: frame, text=None, name="export.csv"):
        folder = tmp_path / "processing/input/raw"
        folder.mkdir(parents=True, exist_ok=True)
        if text is not None:
            (folder / name).write_bytes(text)
        else:
            change(raw.head(20).astype(object).copy()).to_csv(folder / name, index=False)
        return run_here("ingest", tmp_path)

    return ingest


def put(column, value, row=4):
    def change(frame):
        frame.loc[row, column] = value
        return frame

    return change


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("age", 17, "'17' at line 6 (1 such lines); allowed: whole numbers from 18 to 120"),
        ("age", "71.5", "'71.5' at line 6"),
        ("age", "nan", "'nan' at line 6"),
        ("age", "", "'' at line 6"),
        ("heart_rate", "inf", "'inf' at line 6"),
        ("bmi", "7.9", "allowed: numbers from 8 to 100"),
        ("sex", "F", "'F' at line 6 (1 such lines); allowed: female, male"),
        ("died", "2", "allowed: whole numbers from 0 to 1"),
    ],
)
def test_a_wrong_value_is_refused_with_its_line_and_the_allowed_ones(export, column, value, words):
    step = export(put(column, value))
    assert step.code == 1
    assert f"column {column!r}" in step.message and words in step.message
    assert step.message in step.stderr


@pytest.mark.parametrize(
    ("column", "value"), [("admission_date", "31/12/2001"), ("patient_id", ""), ("postcode", "  ")]
)
def test_a_wrong_identifier_is_refused_and_not_quoted(export, column, value):
    step = export(put(column, value))
    assert step.code == 1
    assert f"column {column!r} has a wrong or empty value at line 6" in step.message
    assert not value.strip() or value not in step.stderr


def test_shifted_columns_do_not_leak_identifiers(export, raw):
    lines = raw.head(20).to_csv(index=False).splitlines()
    shifted = "\n".join([lines[0], *(f"Jane Doe,{line.rsplit(',', 1)[0]}" for line in lines[1:])])
    step = export(text=shifted.encode())
    assert step.code == 1
    assert "Jane Doe" not in step.stderr and "MRN-" not in step.stderr


def test_missing_and_unknown_columns_are_both_named(export):
    step = export(lambda frame: frame.rename(columns={"bmi": "body_mass"}))
    assert step.code == 1
    assert "missing ['bmi'], unknown ['body_mass']" in step.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is not a CSV"),
        (b"a,b\n1,2,3\n", "is not a CSV"),
        (b"\xff\xfe\x00", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_a_csv_is_refused(export, text, words):
    step = export(text=text)
    assert step.code == 1 and words in step.message


def test_a_header_without_rows_is_refused(export):
    assert "has a header and no row" in export(lambda frame: frame.head(0)).message


def test_a_missing_export_is_refused(tmp_path):
    step = run("ingest", tmp_path)
    assert step.code == 1 and "no *.csv in" in step.message


def test_overlapping_exports_are_refused(export):
    assert export(name="a.csv").code == 0
    step = export(name="b.csv")
    assert step.code == 1 and "20 rows repeat a patient_id and admission_date" in step.message


def test_patients_lost_within_the_year_are_dropped_and_counted(export, tmp_path):
    def lose_three(frame):
        frame["follow_up_days"], frame["died"] = 365, 0
        frame.loc[:2, "follow_up_days"] = 364
        frame.loc[3, "died"] = 1
        frame.loc[4, ["follow_up_days", "died"]] = [366, 1]
        return frame

    step = export(lose_three)
    assert "admissions=17 dropped_unknown_outcome=3" in step.stdout
    admissions = pd.read_csv(tmp_path / "processing/output/admissions/admissions.csv")
    assert admissions["died_within_one_year"].tolist() == [1, *[0] * 16]
    assert not {"follow_up_days", "died"} & set(admissions)
