"""The steps in a row, on 500 real patients, as the pipeline runs them."""

from __future__ import annotations

import gzip
import json
import math
import re

import numpy as np
import pandas as pd
import pytest
from conftest import KEY, Chain, archive, learn, load, place, prepare, run_here
from sklearn.metrics import roc_auc_score

SPLITS = ("train", "validation", "test")
AUC_PATH = "binary_classification_metrics.auc.value"
# Over 61 keys, hence 61 splits, the test AUC ran from 0.73 to 0.86 (mean 0.80); with shuffled labels, over
# 60 seeds, from 0.26 to 0.73 (mean 0.50), and 2 of them passed this floor. One gate on 160 rows is no proof.
AUC_FLOOR = 0.70


def json_get(document: dict, path: str) -> float:
    """SageMaker's JsonGet for dotted paths."""
    for name in path.split("."):
        document = document[name]
    return document


def branch(chain: Chain) -> str:
    """Where the pipeline's conditions send a model; both groups must be found and the ranking must be good."""
    recall_difference = json_get(chain.bias, "post_training_bias_metrics.recall_difference.value")
    passed = (
        json_get(chain.evaluation, AUC_PATH) >= AUC_FLOOR
        and json_get(chain.bias, "post_training_bias_metrics.disparate_impact.value") >= 0.8
        and -0.25 <= recall_difference <= 0.25
    )
    return "register" if passed else "fail"


def test_every_admission_of_the_cohort_reaches_exactly_one_split(chain, raw):
    parts = [pd.read_csv(chain.split(name)) for name in SPLITS]
    assert sum(map(len, parts)) == len(raw) == 500
    assert sum(part["died_within_one_year"].sum() for part in parts) == 138
    assert "admissions=500 dropped_unknown_outcome=0" in chain.steps["ingest"].stdout


def test_no_patient_is_in_two_splits(chain):
    train, validation, test = (set(pd.read_csv(chain.split(name))["patient_pseudonym"]) for name in SPLITS)
    assert not train & validation and not train & test and not validation & test


def test_no_identifier_survives_pseudonymisation(chain, raw):
    after = [path for path in chain.base.rglob("*") if path.is_file() and not after_is_raw(chain, path)]
    assert len(after) > 15
    identifiers = [*raw["patient_id"], *raw["postcode"], *raw["admission_date"], "MRN-"]
    texts = [gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in after]
    texts += [(step.stdout + step.stderr).encode() for step in chain.steps.values()]
    for text in texts:
        assert KEY not in text
        assert [name for name in identifiers if name.encode() in text] == []


def after_is_raw(chain: Chain, path) -> bool:
    """What legitimately holds ids or the key: the ingest step and the inputs of pseudonymise."""
    raw_folders = (chain.base / "ingest", chain.base / "pseudonymise/processing/input")
    return any(path.is_relative_to(folder) for folder in raw_folders)


def test_the_search_for_identifiers_finds_them_where_they_are(chain, raw):
    text = (chain.base / "ingest/processing/output/admissions/admissions.csv").read_text()
    assert all(name in text for name in raw["patient_id"])


def test_the_splits_hold_only_the_columns_that_later_steps_need(chain):
    expected = {"patient_pseudonym", "sex", "died_within_one_year"}
    features = json.loads((chain.base / "train/model/schema.json").read_text())["features"]
    for name in SPLITS:
        assert set(pd.read_csv(chain.split(name))) == expected | set(features)
    assert not {"age", "length_of_stay_days", "follow_up_days", "sex", "patient_pseudonym"} & set(features)


def test_ages_are_five_year_bands_that_end_at_90(chain, raw):
    bands = pd.concat([pd.read_csv(chain.split(name)) for name in SPLITS])["age_band"]
    assert raw["age"].max() > 94
    assert bands.max() == 90 and (bands % 5 == 0).all()
    assert (bands == 90).sum() == (raw["age"] >= 90).sum()


def test_the_baseline_is_the_features_of_train_in_the_order_of_the_endpoint(chain):
    baseline = pd.read_csv(chain.base / "pseudonymise/processing/output/baseline/baseline.csv")
    features = json.loads((chain.base / "train/model/schema.json").read_text())["features"]
    assert list(baseline) == features
    pd.testing.assert_frame_equal(baseline, pd.read_csv(chain.split("train"))[features])


def test_the_tuning_regex_catches_the_validation_auc_once(chain):
    found = re.findall(r"validation:auc=([0-9\.]+)", chain.steps["train"].stdout)
    schema = json.loads((chain.base / "train/model/schema.json").read_text())
    assert [float(number) for number in found] == [pytest.approx(schema["validation_auc"], abs=5e-5)]


def test_the_printed_auc_is_that_of_the_validation_split(chain):
    serve = load("serve", "inference.py")
    model = serve.model_fn(str(chain.base / "train/model"))
    validation = pd.read_csv(chain.split("validation"))
    scores = model["model"].predict_proba(validation[model["schema"]["features"]])[:, 1]
    auc = roc_auc_score(validation["died_within_one_year"], scores)
    assert model["schema"]["validation_auc"] == pytest.approx(auc, abs=1e-12)


def test_the_bootstrap_survives_samples_with_one_class():
    label, probability = np.array([1, 0, 0, 0]), np.array([0.9, 0.2, 0.1, 0.3])
    deviation = load("evaluate").deviations(label, probability, np.arange(4), threshold=0.3, rounds=200, seed=1)
    assert deviation["auc"] == 0 and deviation["brier_score"] > 0


def test_the_bootstrap_keeps_the_stays_of_a_patient_together():
    generator = np.random.default_rng(5)
    label = generator.integers(2, size=60)
    probability = np.clip(0.3 * label + generator.random(60) * 0.7, 0, 1)
    deviations = load("evaluate").deviations
    alone = deviations(label, probability, np.arange(60), threshold=0.5, rounds=400, seed=1)
    stays = deviations(
        label.repeat(4), probability.repeat(4), np.arange(60).repeat(4), threshold=0.5, rounds=400, seed=1
    )
    assert stays == pytest.approx(alone)  # four copies of a stay add no certainty


def test_the_evaluation_agrees_with_scores_that_the_endpoint_code_gives(chain):
    serve = load("serve", "inference.py")
    model = serve.model_fn(str(chain.base / "train/model"))
    test = pd.read_csv(chain.split("test"))
    body = test[model["schema"]["features"]].to_csv(index=False, header=False)
    answer, content_type = serve.output_fn(serve.predict_fn(serve.input_fn(body, "text/csv"), model), "text/csv")
    assert content_type == "text/csv"
    scores = [float(line.split(",")[0]) for line in answer.splitlines()]
    expected = roc_auc_score(test["died_within_one_year"], scores)
    assert json_get(chain.evaluation, AUC_PATH) == pytest.approx(expected, abs=1e-12)


def test_the_real_model_ranks_patients_well_above_chance(chain):
    metric = chain.evaluation["binary_classification_metrics"]["auc"]
    assert metric["value"] - 3 * metric["standard_deviation"] > 0.5
    assert 0.78 < metric["value"] < 0.84
    assert 0.01 < metric["standard_deviation"] < 0.08


def test_the_condition_registers_the_real_model(chain):
    assert branch(chain) == "register"


def test_the_condition_stops_a_model_trained_on_shuffled_labels(shuffled):
    assert json_get(shuffled.evaluation, AUC_PATH) < AUC_FLOOR
    assert branch(shuffled) == "fail"


def test_a_figure_that_is_not_in_the_report_fails_the_condition(chain):
    with pytest.raises(KeyError):
        json_get(chain.evaluation, "binary_classification_metrics.auc.worth")


def test_the_confusion_matrix_adds_up_to_the_test_split(chain):
    metrics = chain.evaluation["binary_classification_metrics"]
    matrix = metrics["confusion_matrix"]
    rows = len(pd.read_csv(chain.split("test")))
    assert sum(matrix[a][p] for a in "01" for p in "01") == rows == chain.evaluation["dataset"]["item_count"]
    recall = matrix["1"]["1"] / (matrix["1"]["0"] + matrix["1"]["1"])
    assert metrics["recall"]["value"] == pytest.approx(recall)
    assert metrics["accuracy"]["value"] == pytest.approx((matrix["0"]["0"] + matrix["1"]["1"]) / rows)


def test_the_bias_figures_follow_their_formulae(chain):
    serve = load("serve", "inference.py")
    model = serve.model_fn(str(chain.base / "train/model"))
    test = pd.read_csv(chain.split("test"))
    features = model["schema"]["features"]
    predictions = serve.predict_fn(test[features].to_numpy().tolist(), model)
    test["flagged"] = [row["flagged"] for row in predictions]
    women, men = test[test["sex"] == "female"], test[test["sex"] == "male"]
    died_women, died_men = (part[part["died_within_one_year"] == 1] for part in (women, men))
    before, after = chain.bias["pre_training_bias_metrics"], chain.bias["post_training_bias_metrics"]
    expected_before = {
        "class_imbalance": (len(men) - len(women)) / len(test),
        "difference_in_proportions_of_labels": men["died_within_one_year"].mean()
        - women["died_within_one_year"].mean(),
    }
    expected_after = {
        "difference_in_positive_proportions_in_predicted_labels": men["flagged"].mean() - women["flagged"].mean(),
        "disparate_impact": women["flagged"].mean() / men["flagged"].mean(),
        "recall_difference": died_men["flagged"].mean() - died_women["flagged"].mean(),
        "accuracy_difference": (men["flagged"] == men["died_within_one_year"]).mean()
        - (women["flagged"] == women["died_within_one_year"]).mean(),
    }
    assert {name: metric["value"] for name, metric in before.items()} == pytest.approx(expected_before)
    assert {name: metric["value"] for name, metric in after.items()} == pytest.approx(expected_after)
    assert all(math.isfinite(m["standard_deviation"]) and m["standard_deviation"] > 0 for m in after.values())


def test_watching_the_other_group_mirrors_the_figures(chain, tmp_path):
    place(chain.archive, tmp_path / "processing/model/model.tar.gz")
    place(chain.split("test"), tmp_path / "processing/test/test.csv")
    assert run_here("bias", tmp_path, "--facet-value", "male", "--bootstrap-rounds", "100").code == 0
    mirrored = json.loads((tmp_path / "processing/bias/bias.json").read_text())["post_training_bias_metrics"]
    after = chain.bias["post_training_bias_metrics"]
    assert mirrored["recall_difference"]["value"] == pytest.approx(-after["recall_difference"]["value"])
    assert mirrored["disparate_impact"]["value"] == pytest.approx(1 / after["disparate_impact"]["value"])


def test_a_second_run_with_the_same_key_writes_the_same_bytes(chain, raw, tmp_path):
    shuffled_rows = raw.sample(frac=1, random_state=3)
    again = learn(prepare(tmp_path, shuffled_rows))
    for name in SPLITS:
        assert again.split(name).read_bytes() == chain.split(name).read_bytes()
    assert again.evaluation == chain.evaluation
    assert again.bias == chain.bias


def test_a_new_key_draws_other_pseudonyms_and_another_split(chain, raw, tmp_path):
    other = prepare(tmp_path, raw, key=KEY[::-1])
    before, after = (set(pd.read_csv(c.split("train"))["patient_pseudonym"]) for c in (chain, other))
    assert not before & after


def test_the_model_archive_holds_the_code_that_serves_it(chain):
    names = {
        path.relative_to(chain.base / "train/model").as_posix() for path in (chain.base / "train/model").rglob("*")
    }
    assert names == {"model.joblib", "schema.json", "code", "code/inference.py"}


def test_the_evaluation_refuses_an_archive_without_a_model(chain, tmp_path):
    (tmp_path / "empty").mkdir()
    archive(tmp_path / "empty", tmp_path / "processing/model/model.tar.gz")
    step = run_here("evaluate", tmp_path)
    assert step.code == 1 and "misses ['model.joblib', 'schema.json']" in step.message


@pytest.mark.parametrize("name", ["evaluate", "bias"])
def test_a_figure_is_refused_when_the_archive_is_not_an_archive(name, tmp_path):
    target = tmp_path / "processing/model/model.tar.gz"
    target.parent.mkdir(parents=True)
    target.write_text("not a tar")
    step = run_here(name, tmp_path)
    assert step.code == 1 and "is not a gzipped tar" in step.message


def test_bias_refuses_an_unknown_group_and_names_the_known_ones(chain, tmp_path):
    place(chain.archive, tmp_path / "processing/model/model.tar.gz")
    place(chain.split("test"), tmp_path / "processing/test/test.csv")
    step = run_here("bias", tmp_path, "--facet-value", "Female")
    assert step.code == 1 and "'Female', allowed are female, male" in step.message


def test_bias_refuses_a_group_with_too_few_deaths(chain, tmp_path):
    place(chain.archive, tmp_path / "processing/model/model.tar.gz")
    test = pd.read_csv(chain.split("test"))
    dead_women = test.index[(test["sex"] == "female") & (test["died_within_one_year"] == 1)]
    (tmp_path / "processing/test").mkdir(parents=True)
    test.drop(dead_women[4:]).to_csv(tmp_path / "processing/test/test.csv", index=False)
    step = run_here("bias", tmp_path)
    assert step.code == 1 and "group 'female' has 4 rows with label 1, needed are 5 or more" in step.message
