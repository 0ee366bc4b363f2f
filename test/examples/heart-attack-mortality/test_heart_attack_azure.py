"""The same steps as jobs of Azure ML: folders come as arguments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import KEY, STEPS, load

PROGRAM = STEPS / "azure_job.py"


def job(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess:
    """Runs a job as Azure ML does, in a process of its own."""
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run([sys.executable, PROGRAM, *map(str, arguments)], env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folders(raw: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The jobs of the pipeline in a row, on the real cohort."""
    base = tmp_path_factory.mktemp("azure")
    (base / "raw").mkdir()
    raw.to_csv(base / "raw/export.csv", index=False)
    (base / "pseudonym.key").write_bytes(KEY)
    splits = ("train", "validation", "test", "baseline")
    jobs = [
        ["ingest", f"processing/input/raw={base / 'raw'}", f"processing/output/admissions={base / 'admissions'}"],
        ["pseudonymise", f"processing/input/admissions={base / 'admissions'}"]
        + [f"processing/output/{name}={base / name}" for name in splits],
        ["train", f"input/data/train={base / 'train'}", f"input/data/validation={base / 'validation'}", f"model={base / 'model'}"]
        + ["--", "--c", "0.1", "--l1_ratio", "0"],
        ["evaluate", f"processing/model/model.tar.gz={base / 'model'}", f"processing/test={base / 'test'}"]
        + [f"processing/evaluation={base / 'evaluation'}", "--", "--bootstrap-rounds", "200"],
    ]
    for arguments in jobs:
        done = job(*arguments, PSEUDONYM_KEY_FILE=str(base / "pseudonym.key"))
        assert done.returncode == 0, done.stderr
    return base


def test_jobs_learn_what_the_pipeline_of_the_other_cloud_learns(folders, chain):
    evaluation = json.loads((folders / "evaluation/evaluation.json").read_text())
    assert evaluation["binary_classification_metrics"]["auc"]["value"] == pytest.approx(
        chain.evaluation["binary_classification_metrics"]["auc"]["value"]
    )


def test_the_scoring_script_answers_with_the_model(folders, monkeypatch):
    monkeypatch.setenv("AZUREML_MODEL_DIR", str(folders))
    monkeypatch.delenv("AZUREML_ENTRY_SCRIPT", raising=False)
    score = load("serve", "score.py")
    score.init()
    features = json.loads((folders / "model/schema.json").read_text())["features"]
    row = pd.read_csv(folders / "test/test.csv")[features].iloc[0].to_dict()
    answer = score.run(json.dumps({"instances": [row]}))
    assert 0 <= answer["predictions"][0]["probability"] <= 1
    assert "not JSON" in score.run("secret of a patient")["error"]
    assert "secret" not in score.run("secret of a patient")["error"]


def test_a_failing_step_fails_the_job(tmp_path):
    (tmp_path / "raw").mkdir()
    done = job("ingest", f"processing/input/raw={tmp_path / 'raw'}", f"processing/output/admissions={tmp_path / 'out'}")
    assert done.returncode != 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "is no step; name one of"),
        (["learn"], "'learn' is no step; name one of"),
        (["ingest", "processing/input/raw"], "is no <place>=<folder>"),
        (["ingest", "../raw=/tmp"], "is no path below ML_ROOT"),
        (["ingest", "/raw=/tmp"], "is no path below ML_ROOT"),
    ],
)
def test_fails_on_a_wrong_call(arguments, message):
    done = job(*arguments)
    assert done.returncode != 0
    assert message in done.stderr
