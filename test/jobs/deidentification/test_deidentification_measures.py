"""Measures against pandas, and against the example that introduced t-closeness."""

from __future__ import annotations

import math

import measures
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from refusal import Refusal


def frame(spark, table: pd.DataFrame):
    return spark.createDataFrame(table.astype(object).where(table.notna(), None).values.tolist(), "q0 string, q1 string, s string, __subject string")


def model(table: pd.DataFrame, ordered: bool, by_subject: bool) -> dict:
    """By pandas, group by group, with whole distributions."""
    groups = table.groupby(["q0", "q1"], dropna=False)
    k = (groups["__subject"].nunique() if by_subject else groups.size()).min()
    people = table.drop_duplicates(["q0", "q1", "s", "__subject"]) if by_subject else table
    values = sorted(people["s"].unique(), key=float)
    overall = people["s"].value_counts(normalize=True).reindex(values, fill_value=0)
    distinct, entropy, distance = math.inf, math.inf, 0.0
    for _, group in people.groupby(["q0", "q1"], dropna=False):
        share = group["s"].value_counts(normalize=True).reindex(values, fill_value=0)
        distinct = min(distinct, (share > 0).sum())
        entropy = min(entropy, math.exp(-sum(p * math.log(p) for p in share if p > 0)))
        difference = share - overall
        if ordered:
            distance = max(distance, difference.cumsum().abs().sum() / (len(values) - 1) if len(values) > 1 else 0.0)
        else:
            distance = max(distance, difference.abs().sum() / 2)
    return {"k": k, "distinctL": distinct, "entropyL": entropy, "t": distance}


tables = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y"]), st.sampled_from(["3", "5", "10", "9"]), st.sampled_from(["P1", "P2", "P3", "P4"])), min_size=1, max_size=60)


@settings(max_examples=2, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(tables, st.booleans(), st.booleans())
def test_measures_are_those_of_the_model(spark, rows, ordered, by_subject):
    table = pd.DataFrame(rows, columns=["q0", "q1", "s", "__subject"])
    expected = model(table, ordered, by_subject)
    found = measures.measure(frame(spark, table), ["q0", "q1"], [("s", "s", ordered)], by_subject)
    assert found["k"] == expected.pop("k")
    assert found["sensitive"]["s"] == pytest.approx(expected, abs=2e-6)


# Li, Li, Venkatasubramanian 2007, section 4.2: salaries of 3k to 11k; {3k,4k,5k} is 0.375 away from all, {6k,8k,11k} 0.167
def test_distances_of_ordered_values_are_those_of_the_paper(spark):
    salaries = {"first": [3, 4, 5], "second": [6, 8, 11], "rest": [7, 9, 10]}
    table = pd.DataFrame([(name, "x", str(value * 1000), str(value)) for name, values in salaries.items() for value in values], columns=["q0", "q1", "s", "__subject"])
    counts = measures._counts(frame(spark, table), ["q0"], "s", False)
    ranks = {str(value * 1000): value - 3 for value in range(3, 12)}
    assert sorted(ranks, key=measures._order) == list(ranks)
    assert measures._ordered_distance(counts, ["q0"], "s") == pytest.approx(0.375)
    second = table.assign(q0=["rest"] * 3 + ["second"] * 3 + ["rest"] * 3)
    assert model(second.assign(q1=second["q0"]), True, False)["t"] == pytest.approx(1 / 6)


def test_ten_rows_of_one_person_hide_nobody(spark):
    table = pd.DataFrame([("a", "x", "3", "P1")] * 10, columns=["q0", "q1", "s", "__subject"])
    assert measures.group_sizes(frame(spark, table), ["q0"], False).first()["__size"] == 10
    assert measures.group_sizes(frame(spark, table), ["q0"], True).first()["__size"] == 1


def test_groups_that_fail_are_those_that_are_small_or_alike(spark):
    rows = [("big", "x", str(index % 3), f"P{index}") for index in range(9)] + [("alike", "x", "1", f"R{index}") for index in range(9)] + [(None, "x", str(index), f"S{index}") for index in range(2)]
    failing = measures.failing_groups(frame(spark, pd.DataFrame(rows, columns=["q0", "q1", "s", "__subject"])), ["q0"], [("s", "s", False)], True, {"k": 3, "distinctL": 2, "entropyL": 3})
    assert {row[0] for row in failing.collect()} == {"alike", None}


def test_fails_on_an_order_of_too_many_values(spark, monkeypatch):
    monkeypatch.setattr(measures, "MAX_ORDERED_VALUES", 2)
    table = pd.DataFrame([("a", "x", str(index), "P") for index in range(3)], columns=["q0", "q1", "s", "__subject"])
    with pytest.raises(Refusal, match="put it into bands"):
        measures.measure(frame(spark, table), ["q0"], [("s", "s", True)], False)


def test_what_is_not_held_is_said_with_its_number():
    measured = {"k": 3, "sensitive": {"ill": {"distinctL": 1, "entropyL": 1.0, "t": 0.5}}}
    assert measures.shortfalls(measured, {"k": 3, "distinctL": 1, "entropyL": 1, "t": 0.5}) == []
    assert measures.shortfalls(measured, {"k": 4, "distinctL": 2, "entropyL": 1.5, "t": 0.4}) == [
        "k is 3, below 4", "distinctL of 'ill' is 1, below 2", "entropyL of 'ill' is 1.0, below 1.5", "t of 'ill' is 0.5, above 0.4",
    ]
