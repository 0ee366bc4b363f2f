import json
from datetime import date
from pathlib import Path

import plan as plans
import pytest
from conftest import KEEP, plan, text
from hmac_key import HmacKey, pads
from refusal import Refusal

GOLDEN = Path(__file__).with_name("plan.json").read_text()
GOOD = plan([("id", "pseudonym", {"domain": "id", "digits": 32}), ("age", "band", {"width": 5}), ("ill", "keep", KEEP)])


def test_the_plan_that_the_library_makes_is_followed():
    parsed = plans.parse(GOLDEN, plans.digest_of(GOLDEN), date(2026, 11, 27))
    assert {entry["technique"] for entry in parsed["columns"]} == set(plans.TECHNIQUES)


def test_another_text_than_the_one_of_the_digest_is_refused():
    with pytest.raises(Refusal, match="was deployed with"):
        plans.parse(GOLDEN.replace('"k":5', '"k":1'), plans.digest_of(GOLDEN))


def changed(**changes) -> dict:
    return {**json.loads(text(GOOD)), **changes}


def column(**changes) -> dict:
    return changed(columns=[{**GOOD["columns"][0], **changes}, *GOOD["columns"][1:]])


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (changed(version=2), "another version"),
        (changed(columns=[]), "has no columns"),
        (changed(extra=1), "unknown members"),
        (changed(input={"format": "xml"}), "input.format"),
        (changed(output={"format": "csv", "bytesPerFile": 0}), "bytesPerFile"),
        (column(technique="hash"), "is none of"),
        (column(digits=4), "16 to 64"),
        (column(digits=True), "wrong type"),
        (column(salt="x"), "unknown members"),
        (column(name="__id"), "begins with '__'"),
        (column(name="AGE"), "same name, apart from case"),
        (changed(columns=[{"name": "id", "technique": "suppress"}]), "nothing would be left"),
        (changed(columns=[{"name": "at", "technique": "shiftDate", "maxDays": 3, "format": "yyyy-MM-dd"}]), "no subject"),
        (changed(columns=[{"name": "at", "technique": "datePart", "part": "year", "format": "yyyy'; x"}]), "format of column"),
        (changed(subject="name"), "no column of it"),
        (changed(quasiIdentifiers=["name"]), "not released"),
        (changed(quasiIdentifiers=["age"], sensitive=[{"column": "age", "ordered": True}]), "decide for one"),
        (changed(thresholds={"k": 5}), "no quasiIdentifiers"),
        (changed(quasiIdentifiers=["age"], thresholds={"t": 0.2}), "names nothing sensitive"),
        (changed(quasiIdentifiers=["age"], thresholds={"k": 0}), "below 1"),
        (changed(quasiIdentifiers=["age"], thresholds={"m": 2}), "unknown members"),
        (changed(limits={"maxValueBytes": 1}), "limits"),
        (changed(basis={"method": "trust"}), "basis.method"),
        (changed(basis={"method": "expert-determination", "validUntil": "2020-01-01"}), "was valid until 2020-01-01"),
    ],
)
def test_fails_on_a_plan_that_cannot_be_followed(made, says):
    with pytest.raises(Refusal, match=says):
        plans.parse(text(made))


@pytest.mark.parametrize("made", ["", "[]", "null", "{", '{"version":1}'])
def test_fails_on_what_is_no_plan(made):
    with pytest.raises(Refusal):
        plans.parse(made)


@pytest.mark.parametrize("material", [b"", b"short", b"\0" * 64, b"ab" * 32])
def test_fails_on_a_key_that_can_be_guessed(material):
    with pytest.raises(Refusal, match="openssl rand 32"):
        HmacKey(material)


def test_a_key_shows_its_id_and_not_itself():
    key = HmacKey(bytes(range(32)))
    assert repr(key) == f"HmacKey({key.id})" and len(key.id) == 16
    assert key.subkey("measure") != key.subkey("shift")
    assert [len(pad) for pad in pads(key.subkey("measure"))] == [64, 64]
