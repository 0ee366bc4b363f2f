"""Techniques against models that know neither Spark nor the job: hmac, datetime and decimal of Python, tables in pandas."""

from __future__ import annotations

import hashlib
import hmac
import re
import runpy
from datetime import date, datetime, timedelta
from decimal import Decimal

import columns
import pandas as pd
from conftest import KEEP, KEY, RUNTIME, plan
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql.types import StringType, StructField, StructType

TABLE = {"I21": "heart", "I50": "heart", "C34": "lung"}
PLAN = plan(
    [
        ("patient", "pseudonym", {"domain": "patient", "digits": 40}),
        ("mother", "pseudonym", {"domain": "patient", "digits": 40}),
        ("name", "suppress", {}),
        ("phone", "mask", {"keepLast": 3, "symbol": "$"}),
        ("age", "age", {}),
        ("weight", "band", {"width": 2.5, "top": 120}),
        ("born", "birthYear", {"asOf": "2026-11-27", "format": "yyyy-MM-dd"}),
        ("seen", "datePart", {"part": "month", "format": "dd.MM.yyyy"}),
        ("paid", "datePart", {"part": "quarter", "format": "yyyy-MM-dd"}),
        ("in", "shiftDate", {"maxDays": 30, "format": "yyyy-MM-dd"}),
        ("out", "shiftDate", {"maxDays": 30, "format": "yyyy-MM-dd HH:mm:ss"}),
        ("post", "leading", {"characters": 2}),
        ("zip", "zip3", {"restricted": ["036", "821"]}),
        ("code", "hierarchy", {"table": TABLE}),
        ("ward", "hierarchy", {"table": {"A": "1"}, "otherwise": "other"}),
        ("n", "keep", {**KEEP, "type": "integer"}),
        ("x", "keep", {**KEEP, "type": "number"}),
        ("kept", "keep", KEEP),
    ],
    subject="patient",
)
NAMES = [entry["name"] for entry in PLAN["columns"]]


def keyed(use: str, message: str) -> str:
    return hmac.new(hmac.new(bytes(range(32)), f"use:{use}".encode(), hashlib.sha256).digest(), message.encode(), hashlib.sha256).hexdigest()


def days(patient: str, most: int) -> int:
    drawn = int(keyed("shift", patient)[:15], 16) % (2 * most)
    return [*range(-most, 0), *range(1, most + 1)][drawn]


def of_number(text: str):
    return Decimal(text.strip()) if re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*", text, re.ASCII) else None


def day(text: str, form: str):
    try:
        found = datetime.strptime(text.strip(), form)
    except ValueError:
        return None
    return found if 1850 <= found.year <= 2150 and found.strftime(form).lstrip() == text.strip() else None


def model(row: dict):
    """What the row becomes, or None where it goes into quarantine."""
    made = {}
    if any(value is not None and len(value.encode()) > 200 for value in row.values()) or any("\ufffd" in (value or "") for value in row.values()):
        return None
    if not (row["patient"] or "").strip(" "):
        return None
    for name, value in row.items():
        if name != "name" and value is None:
            made[name] = None
    forms = {"born": "%Y-%m-%d", "seen": "%d.%m.%Y", "paid": "%Y-%m-%d", "in": "%Y-%m-%d", "out": "%Y-%m-%d %H:%M:%S"}
    dates = {name: day(row[name], form) for name, form in forms.items() if row[name] is not None}
    numbers = {name: of_number(row[name]) for name in ("age", "weight", "x") if row[name] is not None}
    if None in dates.values() or None in numbers.values():
        return None
    for name in ("patient", "mother"):
        if row[name] is not None:
            made[name] = keyed("pseudonym:patient", row[name])[:40]
    if row["phone"] is not None:
        hidden = len(row["phone"]) if len(row["phone"]) <= 3 else len(row["phone"]) - 3
        made["phone"] = "$" * hidden + row["phone"][hidden:]
    if "age" in numbers:
        if not 0 <= numbers["age"] // 1 <= 150 or numbers["age"] < 0:
            return None
        made["age"] = "90+" if numbers["age"] >= 90 else str(int(numbers["age"]))
    if "weight" in numbers:
        weight = numbers["weight"]
        start = Decimal(120) if weight >= 120 else (weight / Decimal("2.5")).to_integral_value(rounding="ROUND_FLOOR") * Decimal("2.5")
        made["weight"] = format(start.normalize() + 0, "f")
    if "born" in dates:
        made["born"] = "<=1936" if dates["born"].year <= 1936 else str(dates["born"].year)
    if "seen" in dates:
        made["seen"] = f"{dates['seen']:%Y-%m}"
    if "paid" in dates:
        made["paid"] = f"{dates['paid'].year}-Q{(dates['paid'].month + 2) // 3}"
    for name in ("in", "out"):
        if name in dates:
            made[name] = f"{dates[name] + timedelta(days(row['patient'], 30)):{forms[name]}}"
    if row["post"] is not None:
        made["post"] = row["post"][:2]
    if row["zip"] is not None:
        if not re.fullmatch(r"\d{3}|\d{5}|\d{9}|\d{5}-\d{4}", row["zip"].strip(" "), re.ASCII):
            return None
        made["zip"] = "000" if row["zip"].strip(" ")[:3] in ("036", "821") else row["zip"].strip(" ")[:3]
    if row["code"] is not None:
        if row["code"] not in TABLE:
            return None
        made["code"] = TABLE[row["code"]]
    if row["ward"] is not None:
        made["ward"] = {"A": "1"}.get(row["ward"], "other")
    if row["n"] is not None:
        if not re.fullmatch(r" *[+-]?\d{1,18} *", row["n"], re.ASCII):
            return None
        made["n"] = int(row["n"])
    if "x" in numbers:
        made["x"] = float(numbers["x"])
    made["kept"] = row["kept"]
    return made


def treated(spark, made: dict, rows: list) -> list:
    """What the job makes of rows: for each its released values by name and the reason, in their order."""
    names = [entry["name"] for entry in made["columns"]]
    schema = StructType([StructField(f"c{index}", StringType()) for index in range(len(names))] + [StructField(name, StringType()) for name in ("__file", "__line", "__fault")])
    frame = spark.createDataFrame([(*[row[name] for name in names], str(index), None, None) for index, row in enumerate(rows)], schema)
    # the file of a good row is not told: it is put into the place of a kept column to find the row again
    released = columns.released(made)
    return [({released[name]: value for name, value in row.asDict().items() if name in released}, row["__reason"]) for row in columns.treat(spark, frame, made, KEY).collect()]


def sane(**changes) -> dict:
    row = {
        "patient": "P1", "mother": "P0", "name": "Ann", "phone": "+49 170 1234", "age": "44", "weight": "71.3", "born": "1982-02-28", "seen": "31.01.2024", "paid": "2024-11-30",
        "in": "2024-02-28", "out": "2024-03-01 13:45:01", "post": "80331", "zip": "03601-1234", "code": "I21", "ward": "B", "n": "-7", "x": "1.5e3", "kept": "ok",
    }
    return {**row, **changes}


EDGES = [
    sane(), sane(patient="P2", age="90"), sane(patient="P3", age="89.9"), sane(age="-1"), sane(age="151"), sane(age="ninety"), sane(age=""), sane(weight="120"), sane(weight="-0.1"),
    sane(weight="0.1"), sane(weight="-2.6"), sane(weight="1e9"), sane(weight="1e2"), sane(weight="NaN"), sane(weight="7d"), sane(born="1936-12-31"), sane(born="1937-01-01"), sane(born="2023-02-29"), sane(born="9999-12-31"),
    sane(born="1849-12-31"), sane(seen="1.1.2024"), sane(paid="2024-13-01"), sane(out="2024-03-01"), sane(zip="82190"), sane(zip="9"), sane(zip="１２３４５"), sane(code="X"), sane(ward="A"),
    sane(n="1.5"), sane(n="9" * 19), sane(x="Infinity"), sane(x=".5"), sane(patient=None), sane(patient=" "), sane(patient="é"), sane(patient="e\u0301"), sane(mother="P1"), sane(phone="12"),
    sane(phone="👩‍⚕️👩‍⚕️"), sane(phone=""), sane(kept="x" * 200), sane(kept="x" * 201), sane(kept="ä" * 101), sane(kept="\ufffd"), sane(kept="a\nb\t\"c\""), {**dict.fromkeys(NAMES), "patient": "P9"},
]


def test_each_technique_does_what_its_model_does_at_the_edges(spark):
    found = treated(spark, PLAN, EDGES)
    assert len(found) == len(EDGES)
    for row, (values, reason) in zip(EDGES, found):
        expected = model(row)
        assert (reason is None) == (expected is not None), (row, reason)
        if expected is not None:
            assert values == expected


text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
rows = st.fixed_dictionaries(
    {
        "patient": st.one_of(st.text("PQ0123", min_size=1, max_size=4), text), "mother": st.none() | st.text("PQ0123", max_size=4), "name": text, "phone": st.none() | text,
        "age": st.one_of(st.integers(-5, 160).map(str), st.floats(0, 130).map(lambda value: f"{value:.3f}"), text), "weight": st.decimals(-500, 500, places=3).map(str),
        "born": st.dates(date(1840, 1, 1), date(2160, 1, 1)).map(str), "seen": st.dates(date(1900, 1, 1)).map(lambda value: f"{value:%d.%m.}{value.year:04}"), "paid": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str),
        "in": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str), "out": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda value: f"{value:%Y-%m-%d %H:%M:%S}"),
        "post": st.none() | text, "zip": st.from_regex(r"\A([0-9]{5}|036[0-9]{2}|[0-9]{5}-[0-9]{4})\Z"), "code": st.sampled_from(list(TABLE)), "ward": st.none() | text,
        "n": st.integers(-(10**17), 10**17).map(str), "x": st.floats(allow_nan=False, allow_infinity=False, width=32).map(repr), "kept": st.none() | text,
    }
)


def generated(count: int) -> list[dict]:
    """So many rows for one query: an example of Hypothesis as large as a table takes half a minute to draw."""
    drawn = []

    @settings(max_examples=count, phases=[Phase.generate], deadline=None, derandomize=True, database=None)
    @given(rows)
    def draw(row):
        drawn.append(row)

    draw()
    return drawn


def test_the_lines_of_the_readme_make_the_pseudonyms_that_the_job_makes(spark, tmp_path):
    lines = tmp_path / "documented.py"
    lines.write_text(re.search(r"```python\n(.*?)```", (RUNTIME / "README.md").read_text("utf8"), re.DOTALL)[1], "utf8")
    documented = runpy.run_path(str(lines))
    rows = [sane(), sane(patient="00123", mother="é"), sane(patient="e\u0301")]
    for row, (values, _) in zip(rows, treated(spark, PLAN, rows)):
        assert [values["patient"], values["mother"]] == [documented["pseudonym"](bytes(range(32)), "patient", row[name], 40) for name in ("patient", "mother")]


def test_any_row_is_released_as_its_model_says_or_kept_with_a_reason(spark):
    made = generated(300)
    assert len(made) >= 200
    released = 0
    for row, (values, reason) in zip(made, treated(spark, PLAN, made), strict=True):
        expected = model(row)
        assert (reason is None) == (expected is not None), (row, reason)
        if expected is not None:
            assert values == expected
            released += 1
    assert 20 < released < len(made)


def test_days_between_the_dates_of_a_person_stay_and_no_date_stays(spark):
    made = plan([("who", "pseudonym", {"domain": "who", "digits": 16}), ("at", "shiftDate", {"maxDays": 2, "format": "yyyy-MM-dd"})], subject="who")
    given_ = pd.DataFrame({"who": [f"P{index // 3}" for index in range(300)], "at": pd.date_range("2024-01-01", periods=300, freq="D").strftime("%Y-%m-%d")})
    got = pd.DataFrame([values for values, _ in treated(spark, made, given_.to_dict("records"))])
    moved = (pd.to_datetime(got["at"]) - pd.to_datetime(given_["at"])).dt.days
    assert set(moved) == {-2, -1, 1, 2}
    assert moved.groupby(given_["who"]).nunique().max() == 1
    assert got["who"].nunique() == 100


def test_the_key_stands_in_no_plan_of_a_query(spark):
    names = [entry["name"] for entry in PLAN["columns"]]
    schema = StructType([StructField(f"c{index}", StringType()) for index in range(len(names))] + [StructField(name, StringType()) for name in ("__file", "__line", "__fault")])
    frame = columns.treat(spark, spark.createDataFrame([], schema), PLAN, KEY)
    shown = frame._jdf.queryExecution().toString() + frame._sc._jvm.PythonSQLUtils.explainString(frame._jdf.queryExecution(), "formatted")
    from hmac_key import pads

    for use in ("measure", "shift", "pseudonym:patient"):
        for secret in (KEY.subkey(use), *pads(KEY.subkey(use))):
            for form in (secret.hex(), secret.hex(" "), str(list(secret)), secret.decode("latin-1")):
                assert form[:40].lower() not in shown.lower()
