"""The training contract: hyperparameters and channels."""

from __future__ import annotations

import hashlib
import json

import pandas as pd
import pytest
from conftest import place, run, run_here


@pytest.fixture
def root(chain, tmp_path):
    for name in ("train", "validation"):
        place(chain.split(name), tmp_path / f"input/data/{name}/{name}.csv")
    return tmp_path


def configure(root, **hyperparameters):
    file = root / "input/config/hyperparameters.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(hyperparameters))


def schema(root):
    return json.loads((root / "model/schema.json").read_text())


def test_training_needs_no_hyperparameters(root):
    assert run("train", root).code == 0
    assert schema(root)["hyperparameters"]["c"] == 0.1
    assert (root / "model/code/inference.py").exists()


def test_string_values_and_the_keys_that_sagemaker_adds_are_understood(root):
    configure(
        root,
        c="0.03",
        class_weight='"balanced"',
        decision_threshold="0.5",
        sagemaker_program="main.py",
        _tuning_objective_metric="validation:auc",
    )
    assert run("train", root).code == 0
    assert schema(root)["hyperparameters"] == {
        "c": 0.03,
        "l1_ratio": 0.0,
        "class_weight": "balanced",
        "decision_threshold": 0.5,
        "seed": 20240229,
    }
    assert schema(root)["decision_threshold"] == 0.5


def test_arguments_of_script_mode_win(root):
    configure(root, c="0.03")
    assert run("train", root, "--c", "2.5").code == 0
    assert schema(root)["hyperparameters"]["c"] == 2.5


@pytest.mark.parametrize("l1_ratio", ["0", "1"])
@pytest.mark.parametrize("c", ["0.001", "10"])
def test_the_corners_of_the_tuning_ranges_train(root, c, l1_ratio):
    configure(root, c=c, l1_ratio=l1_ratio)
    step = run("train", root)
    assert step.code == 0 and "validation:auc=0." in step.stdout
    assert "ConvergenceWarning" not in step.stderr


def test_the_same_seed_trains_the_same_model(root):
    run("train", root)
    first = (root / "model/model.joblib").read_bytes()
    run("train", root)
    assert (root / "model/model.joblib").read_bytes() == first


@pytest.mark.parametrize(
    ("hyperparameters", "words"),
    [
        ({"c": "0"}, "c is '0', allowed are numbers from 0.0001 to 1000"),
        ({"c": "nan"}, "c is 'nan'"),
        ({"c": "high"}, "c is 'high'"),
        ({"l1_ratio": "1.01"}, "allowed are numbers from 0 to 1"),
        ({"seed": "1.5"}, "allowed are whole numbers"),
        ({"class_weight": "auto"}, "'auto', allowed are none, balanced"),
        ({"learning_rate": "0.1"}, "unknown hyperparameters ['learning_rate'], allowed are c,"),
    ],
)
def test_a_wrong_hyperparameter_is_refused_with_the_allowed_ones(root, hyperparameters, words):
    configure(root, **hyperparameters)
    step = run_here("train", root)
    assert step.code == 1 and words in step.message
    assert not (root / "model").exists()


@pytest.mark.parametrize("text", ["{", "[]"])
def test_hyperparameters_that_are_no_object_are_refused(root, text):
    configure(root)
    (root / "input/config/hyperparameters.json").write_text(text)
    step = run_here("train", root)
    assert step.code == 1 and "write an object of strings" in step.message


def test_an_empty_channel_is_refused(root):
    (root / "input/data/validation/validation.csv").unlink()
    step = run_here("train", root)
    assert step.code == 1 and "channel 'validation' has no *.csv" in step.message


def test_a_channel_with_one_class_is_refused(root):
    file = root / "input/data/validation/validation.csv"
    pd.read_csv(file).query("died_within_one_year == 0").to_csv(file, index=False)
    step = run_here("train", root)
    assert step.code == 1 and "has the labels [0]" in step.message


def test_a_patient_in_both_channels_is_refused(chain, root):
    place(chain.split("train"), root / "input/data/validation/more.csv")
    step = run_here("train", root)
    assert step.code == 1 and "patients are in both train and validation" in step.message


def test_the_lineage_names_the_data_by_digest(chain, root):
    run_here("train", root)
    assert schema(root)["data_sha256"]["train"] == hashlib.sha256(chain.split("train").read_bytes()).hexdigest()
