"""FLChain, from the laboratory's export to the evaluation: what a private training comes to beside a plain one."""

import json
import os
import runpy
import subprocess
import sys
import tarfile

import numpy as np
import pandas as pd
import pytest
import torch
from conftest import EXAMPLE, printed, told
from private_training.report import auc
from sklearn.metrics import roc_auc_score

LABEL = "died_within_five_years"


def split(splits, name: str) -> pd.DataFrame:
    return pd.read_csv(splits / name / "people.csv")


def scored(frame: pd.DataFrame, model, features: list[str]) -> np.ndarray:
    with torch.no_grad():
        return model(torch.as_tensor(frame[features].to_numpy(), dtype=torch.float32)).reshape(-1).numpy()


def plain(train: pd.DataFrame, features: list[str]) -> torch.nn.Module:
    """The same model without privacy: shuffled batches, no clipping, no noise."""
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(len(features), 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
    x = torch.as_tensor(train[features].to_numpy(), dtype=torch.float32)
    y = torch.as_tensor(train[LABEL].to_numpy(), dtype=torch.float32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(6):
        for rows in torch.randperm(len(x)).split(520):
            optimizer.zero_grad()
            torch.nn.functional.binary_cross_entropy_with_logits(model(x[rows]).reshape(-1), y[rows]).backward()
            optimizer.step()
    return model


def loaded(folder):
    """The model as the evaluation loads it, in a process that knows nothing of the training."""
    program = "import sys; sys.path.insert(0, sys.argv[1] + '/code'); import trained_model; model, schema = trained_model.load(); import torch; torch.save((model.state_dict(), schema), sys.argv[1] + '/again.pt')"  # fmt: skip
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=folder.parent, capture_output=True)
    return torch.load(folder / "again.pt", weights_only=True)


def test_a_private_model_ranks_almost_as_a_plain_one_and_far_above_chance(clinical, splits, capsys):
    assert clinical.here() == (0, "")
    output = capsys.readouterr().out
    state, schema = loaded(clinical.root / "model")
    features, test = schema["features"], split(splits, "test")
    assert features == ["age", "female", "kappa", "lambda", "creatinine", "creatinine_missing", "mgus"]
    private = torch.nn.Sequential(torch.nn.Linear(7, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
    private.load_state_dict(state)
    areas = {name: roc_auc_score(test[LABEL], scored(test, model, features)) for name, model in (("private", private), ("plain", plain(split(splits, "train"), features)))}  # fmt: skip
    assert areas["plain"] > 0.77
    assert areas["private"] > 0.72
    assert areas["private"] > areas["plain"] - 0.08
    assert printed(output, "validation:auc") > 0.7
    assert printed(output, "dp_epsilon") == pytest.approx(float(told("flchain")["dp_epsilon"]), rel=1e-9)


def test_where_labels_are_shuffled_there_is_nothing_to_learn(clinical, splits, capsys):
    """On labels that say nothing, what is learned foretells nothing: the score of anybody else would be a leak."""
    generator = np.random.default_rng(11)
    for name in ("train", "validation"):
        frame = split(splits, name)
        (clinical.root / "input/data" / name).unlink()
        clinical.give(name, frame.assign(**{LABEL: generator.permutation(frame[LABEL])}).to_csv(index=False))
    assert clinical.here() == (0, "")
    # a validation of 1,154 people of whom 140 died: a standard deviation of 0.026
    assert 0.37 < printed(capsys.readouterr().out, "validation:auc") < 0.63


def test_the_area_under_the_curve_is_that_of_scikit_learn_with_ties_too():
    generator = np.random.default_rng(2)
    y, score = generator.integers(2, size=400), generator.integers(20, size=400)
    assert auc(torch.as_tensor(score), torch.as_tensor(y)) == pytest.approx(roc_auc_score(y, score), abs=1e-12)


def evaluate(root):
    """Runs the step in this process, which has loaded torch already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ML_ROOT", str(root))
        patch.setattr(sys, "path", [*sys.path])
        for name in ("model", "trained_model"):
            sys.modules.pop(name, None)
        runpy.run_path(str(EXAMPLE / "steps/evaluate/main.py"), run_name="__main__")


def test_the_evaluation_says_what_the_model_is_worth_and_what_it_cost(clinical, splits):
    assert clinical.here()[0] == 0
    root = clinical.root / "evaluation-step"
    (root / "processing/model").mkdir(parents=True)
    (root / "processing/test").symlink_to(splits / "test")
    with tarfile.open(root / "processing/model/model.tar.gz", "w:gz") as archive:
        for file in sorted((clinical.root / "model").iterdir()):
            archive.add(file, file.name)
    evaluate(root)
    report = json.loads((root / "processing/evaluation/evaluation.json").read_text())
    assert report["privacy"]["epsilon"]["value"] == pytest.approx(clinical.privacy["epsilon"], rel=1e-12)
    metrics = report["binary_classification_metrics"]
    assert metrics["auc"]["value"] > 0.7 and 0.005 < metrics["auc"]["standard_deviation"] < 0.05
    assert metrics["accuracy"]["value"] > 0.8
    (root / "processing/model/model.tar.gz").unlink()
    with pytest.raises(SystemExit):
        evaluate(root)
    assert "mount the model of the training step there" in (root / "output/message").read_text()


def test_the_splits_hold_nobody_twice_and_nobody_under_a_name_of_the_laboratory(splits):
    frames = [split(splits, name) for name in ("train", "validation", "test")]
    everybody = pd.concat(frames)
    assert len(everybody) == 7679 and everybody["person"].is_unique
    assert everybody["person"].str.fullmatch("[0-9a-f]{32}").all() and len(frames[0]) > 5200
    assert everybody.notna().all(axis=None)


def test_fails_for_people_who_were_not_de_identified_without_quoting_one(tmp_path):
    people = tmp_path / "processing/input/people/people.csv"
    people.parent.mkdir(parents=True)
    raw = runpy.run_path(str(EXAMPLE / "raw.py"))["export"]()
    raw.head(20).to_csv(people, index=False)
    environment = {**os.environ, "ML_ROOT": str(tmp_path)}
    ran = subprocess.run([sys.executable, str(EXAMPLE / "steps/prepare/main.py")], check=False, env=environment, capture_output=True, text=True)
    message = (tmp_path / "output/message").read_text()
    assert ran.returncode == 1
    assert "'subject_id' is wrong in 20 rows" in message and "allowed: pseudonyms of the de-identification" in message
    assert "r." not in message + ran.stderr
