"""Pseudonyms, keys and splits."""

from __future__ import annotations

import hashlib
import hmac

import pandas as pd
import pytest
from conftest import KEY, load, run, run_here
from hypothesis import given
from hypothesis import strategies as st

step = load("pseudonymise")
keys = st.binary(min_size=32, max_size=64)
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(keys, ids)
def test_the_same_key_and_patient_give_the_same_pseudonym_and_split(key, patient):
    first, second = step.pseudonym(key, patient), step.pseudonym(bytes(key), str(patient))
    assert first == second == hmac.new(key, patient.encode(), hashlib.sha256).hexdigest()
    assert len(first) == 64 and set(first) <= set("0123456789abcdef")
    assert step.split_of(first) == step.split_of(second)


@given(keys, st.lists(ids, min_size=2, max_size=2, unique=True))
def test_two_patients_have_two_pseudonyms(key, patients):
    assert step.pseudonym(key, patients[0]) != step.pseudonym(key, patients[1])


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=2, unique=True), ids)
def test_two_keys_give_two_pseudonyms(two, patient):
    assert step.pseudonym(two[0], patient) != step.pseudonym(two[1], patient)


def test_the_pseudonym_of_a_known_key_and_patient_never_changes():
    assert step.pseudonym(b"\x0b" * 20, "Hi There") == (
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"  # RFC 4231, test case 1
    )


def test_the_splits_have_about_the_documented_shares():
    splits = pd.Series([step.split_of(step.pseudonym(KEY, str(number))) for number in range(20_000)])
    shares = splits.value_counts(normalize=True)
    assert shares["train"] == pytest.approx(0.5, abs=0.02)
    assert shares["validation"] == pytest.approx(0.2, abs=0.02)
    assert shares["test"] == pytest.approx(0.3, abs=0.02)


@pytest.fixture
def stays(chain, tmp_path):
    """200 patients with five stays each: real rows, repeated under another date. Writes the input of the step."""
    source = pd.read_csv(chain.base / "ingest/processing/output/admissions/admissions.csv", dtype={"patient_id": str})
    source = source.head(200)
    repeated = pd.concat([source.assign(admission_date=f"200{stay}-06-01") for stay in range(5)])
    target = tmp_path / "processing/input/admissions/admissions.csv"
    target.parent.mkdir(parents=True)
    repeated.to_csv(target, index=False)
    return tmp_path


def key_file(root, content=KEY):
    file = root / "key"
    file.write_bytes(content)
    return file


def test_all_stays_of_a_patient_share_a_pseudonym_and_a_split(stays):
    assert run("pseudonymise", stays, key_file=key_file(stays)).code == 0
    seen = {}
    for name in ("train", "validation", "test"):
        part = pd.read_csv(stays / f"processing/output/{name}/{name}.csv")
        assert (part["patient_pseudonym"].value_counts() == 5).all()
        assert not set(part["patient_pseudonym"]) & seen.keys()
        seen |= dict.fromkeys(part["patient_pseudonym"], name)
    assert len(seen) == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has 0 bytes, allowed are 32 or more"),
        (KEY[:31], "has 31 bytes, allowed are 32 or more"),
        (b"\0" * 32, "repeats one byte"),
    ],
)
def test_a_weak_key_is_refused_before_anything_is_written(stays, content, words):
    done = run_here("pseudonymise", stays, key_file=key_file(stays, content))
    assert done.code == 1 and words in done.message
    assert not (stays / "processing/output").exists()


def test_a_missing_key_is_refused(stays):
    done = run_here("pseudonymise", stays)
    assert done.code == 1 and "PSEUDONYM_KEY_FILE is not set" in done.message
    done = run_here("pseudonymise", stays, key_file=stays / "absent")
    assert done.code == 1 and "is not a file" in done.message


def test_admissions_of_another_schema_are_refused(stays):
    file = stays / "processing/input/admissions/admissions.csv"
    pd.read_csv(file).drop(columns="sex").to_csv(file, index=False)
    done = run_here("pseudonymise", stays, key_file=key_file(stays))
    assert done.code == 1 and "misses ['sex']" in done.message


def test_a_cohort_too_small_to_split_is_refused(stays):
    file = stays / "processing/input/admissions/admissions.csv"
    pd.read_csv(file).head(1).to_csv(file, index=False)
    done = run_here("pseudonymise", stays, key_file=key_file(stays))
    assert done.code == 1 and "export a larger cohort" in done.message
