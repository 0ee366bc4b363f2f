"""The endpoint's code, on the model of the real chain."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from conftest import load

serve = load("serve", "inference.py")


@pytest.fixture(scope="session")
def model(chain):
    return serve.model_fn(str(chain.base / "train/model"))


@pytest.fixture(scope="session")
def rows(chain, model):
    return pd.read_csv(chain.split("test"))[model["schema"]["features"]].head(5)


def predict(model, body, content_type):
    return serve.predict_fn(serve.input_fn(body, content_type), model)


def test_csv_and_json_give_the_same_answer(model, rows):
    csv = predict(model, rows.to_csv(index=False, header=False), "text/csv")
    assert len(csv) == 5 and all(0 < row["probability"] < 1 for row in csv)
    assert csv == predict(model, rows.to_csv(index=False).encode(), "text/csv; charset=utf-8")
    objects, lists = rows.to_dict("records"), rows.to_numpy().tolist()
    assert csv == predict(model, json.dumps({"instances": objects}), "application/json")
    assert csv == predict(model, json.dumps({"instances": lists}), "Application/JSON")


def test_named_columns_may_come_in_any_order(model, rows):
    reversed_columns = rows[rows.columns[::-1]]
    expected = predict(model, rows.to_csv(index=False, header=False), "text/csv")
    assert predict(model, reversed_columns.to_csv(index=False), "text/csv") == expected
    assert (
        predict(model, json.dumps({"instances": reversed_columns.to_dict("records")}), "application/json") == expected
    )


def test_the_flag_follows_the_threshold_that_training_chose(model, rows):
    answer = predict(model, rows.to_csv(index=False, header=False), "text/csv")
    assert [row["flagged"] for row in answer] == [row["probability"] >= 0.3 for row in answer]


def test_a_sicker_patient_has_a_higher_risk(model, rows):
    well = rows.iloc[[0]].assign(age_band=45, cardiogenic_shock=0, congestive_heart_failure=0)
    ill = well.assign(age_band=85, cardiogenic_shock=1, congestive_heart_failure=1)
    answer = predict(model, pd.concat([well, ill]).to_csv(index=False), "text/csv")
    assert answer[1]["probability"] > answer[0]["probability"] + 0.3


def test_the_answer_comes_in_the_form_that_was_asked_for():
    answer = [{"probability": 0.25, "flagged": False}, {"probability": 0.5, "flagged": True}]
    assert serve.output_fn(answer, "text/csv") == ("0.25,0\n0.5,1\n", "text/csv")
    body, content_type = serve.output_fn(answer, "*/*")
    assert content_type == "application/json" and json.loads(body) == {"predictions": answer}
    with pytest.raises(ValueError, match="accept 'image/png' is not supported, allowed are text/csv"):
        serve.output_fn(answer, "image/png")


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        ("1,2", "application/x-npy", "content type 'application/x-npy' is not supported, allowed are text/csv"),
        ("1,2", None, "content type None is not supported"),
        ("", "text/csv", "holds no admission"),
        ("\n\n", "text/csv", "holds no admission"),
        ("{", "application/json", "is not JSON"),
        ("[1]", "application/json", 'has no list "instances"'),
        ('{"instances": []}', "application/json", "holds no admission"),
        (b"\xff", "text/csv", "is not UTF-8"),
        ("1,2,3", "text/csv", "row 1 is 3 cells, needed are 12: age_band"),
        ('{"instances": [5]}', "application/json", "row 1 is a int, needed are 12"),
        ('{"instances": [{"age_band": 70}]}', "application/json", "row 1 misses ['heart_rate'"),
    ],
)
def test_a_wrong_request_is_refused_with_what_is_allowed(model, body, content_type, words):
    with pytest.raises(ValueError) as error:
        predict(model, body, content_type)
    assert words in str(error.value)


@pytest.mark.parametrize("value", ["Jane Doe", "", "nan", "inf", None, True, [1]])
def test_a_value_that_is_no_number_is_refused_and_not_quoted(model, rows, value):
    instance = rows.iloc[0].to_dict() | {"bmi": value}
    with pytest.raises(ValueError, match="row 1 feature 'bmi' is not a finite number") as error:
        predict(model, json.dumps({"instances": [instance]}), "application/json")
    assert "Jane" not in str(error.value)


def test_a_header_without_rows_is_refused(model, rows):
    with pytest.raises(ValueError, match="has a header and no admission"):
        predict(model, rows.head(0).to_csv(index=False), "text/csv")


def test_an_unknown_feature_is_refused(model, rows):
    with pytest.raises(ValueError, match=r"has unknown \['sex'\]"):
        predict(model, rows.assign(sex=1).to_csv(index=False), "text/csv")


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"misses \['model.joblib', 'schema.json'\]"):
        serve.model_fn(str(tmp_path))
