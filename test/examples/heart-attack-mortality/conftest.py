"""The WHAS500 cohort as a hospital would export it, and the steps run as SageMaker runs them.

The clinical values are those of 500 real patients of the Worcester Heart Attack Study (Hosmer, Lemeshow and May,
Applied Survival Analysis, 2008), as scikit-survival ships them. They hold no identifier: `patient_id`,
`admission_date` and `postcode` are made up here, so that there is something to protect.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from sksurv.datasets import load_whas500

EXAMPLE = "heart-attack-mortality"
STEPS = Path(__file__).parents[3] / "examples" / EXAMPLE / "steps"
KEY = bytes(range(7, 39))
COLUMN_NAMES = {
    "age": "age",
    "hr": "heart_rate",
    "sysbp": "systolic_bp",
    "diasbp": "diastolic_bp",
    "bmi": "bmi",
    "cvd": "cardiovascular_history",
    "afb": "atrial_fibrillation",
    "sho": "cardiogenic_shock",
    "chf": "congestive_heart_failure",
    "av3": "complete_heart_block",
    "miord": "recurrent_infarction",
    "mitype": "q_wave_infarction",
    "los": "length_of_stay_days",
}


def whas500() -> pd.DataFrame:
    """500 admissions, one per patient, in the columns that `ingest` expects."""
    clinical, outcome = load_whas500()
    clinical = clinical.reset_index(drop=True)
    frame = clinical.drop(columns="gender").astype(float).rename(columns=COLUMN_NAMES)
    whole = frame.columns.difference(["bmi"])
    frame[whole] = frame[whole].astype(int)
    number = pd.RangeIndex(len(frame))
    return frame.assign(
        sex=clinical["gender"].astype(int).map({0: "male", 1: "female"}),
        follow_up_days=outcome["lenfol"].astype(int),
        died=outcome["fstat"].astype(int),
        patient_id=[f"MRN-{7_000_000 + 7919 * row}" for row in number],
        admission_date=(pd.Timestamp("2001-01-01") + pd.to_timedelta(number, unit="D")).strftime("%Y-%m-%d"),
        postcode=[f"X{row % 97:03d}-ZZ" for row in number],
    )


@dataclass(frozen=True)
class Step:
    """One finished process and the ML_ROOT it had."""

    code: int
    stdout: str
    stderr: str
    root: Path

    @property
    def message(self) -> str:
        """What SageMaker shows as ExitMessage or FailureReason."""
        return next(
            (self.root / "output" / name).read_text()
            for name in ("message", "failure")
            if (self.root / "output" / name).exists()
        )


def run(name: str, root: Path, *arguments: str, key_file: Path | None = None) -> Step:
    """Runs a step in a process of its own, in the folder `root` and with nothing but its contract."""
    root.mkdir(parents=True, exist_ok=True)
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"} | contract(root, key_file)
    command = [sys.executable, str(STEPS / name / "main.py"), *arguments]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    return Step(done.returncode, done.stdout, done.stderr, root)


def run_here(name: str, root: Path, *arguments: str, key_file: Path | None = None) -> Step:
    """`run` without the second that a new process needs to import pandas; for the many cases of wrong input."""
    stdout, code, stderr = io.StringIO(), 0, ""
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(stdout):
        patch.delenv("PSEUDONYM_KEY_FILE", raising=False)
        for variable, value in contract(root, key_file).items():
            patch.setenv(variable, value)
        patch.setattr(sys, "argv", ["main.py", *arguments])
        try:
            runpy.run_path(str(STEPS / name / "main.py"), run_name="__main__")
        except SystemExit as stop:
            code, stderr = 1, str(stop.code)
    return Step(code, stdout.getvalue(), stderr, root)


def contract(root: Path, key_file: Path | None) -> dict[str, str]:
    return {"ML_ROOT": str(root)} | ({"PSEUDONYM_KEY_FILE": str(key_file)} if key_file else {})


def succeed(*arguments, **options) -> Step:
    step = run(*arguments, **options)
    assert step.code == 0, step.stderr
    return step


def place(source: Path, target: Path) -> Path:
    """What the platform does between steps: copies a file into the next container."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def archive(model: Path, target: Path) -> Path:
    """What the platform does after training: packs the model folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w:gz") as tar:
        for file in sorted(model.rglob("*")):
            tar.add(file, file.relative_to(model).as_posix(), recursive=False)
    return target


@dataclass(frozen=True)
class Chain:
    """The folders of a whole run, step name to ML_ROOT."""

    base: Path
    steps: dict[str, Step]

    def split(self, name: str) -> Path:
        return self.base / "pseudonymise/processing/output" / name / f"{name}.csv"

    @property
    def archive(self) -> Path:
        return self.base / "model.tar.gz"

    @property
    def evaluation(self) -> dict:
        return json.loads((self.base / "evaluate/processing/evaluation/evaluation.json").read_text())

    @property
    def bias(self) -> dict:
        return json.loads((self.base / "bias/processing/bias/bias.json").read_text())


def prepare(base: Path, raw: pd.DataFrame, key: bytes = KEY) -> Chain:
    """Ingest and pseudonymise."""
    steps = {}
    folder = base / "ingest/processing/input/raw"
    folder.mkdir(parents=True)
    raw.to_csv(folder / "export.csv", index=False)
    steps["ingest"] = succeed("ingest", base / "ingest")
    place(
        base / "ingest/processing/output/admissions/admissions.csv",
        base / "pseudonymise/processing/input/admissions/admissions.csv",
    )
    key_file = base / "pseudonymise/processing/input/key/key"
    key_file.parent.mkdir(parents=True)
    key_file.write_bytes(key)
    steps["pseudonymise"] = succeed("pseudonymise", base / "pseudonymise", key_file=key_file)
    return Chain(base, steps)


def learn(chain: Chain, hyperparameters: dict[str, str] | None = None, shuffle_seed: int | None = None) -> Chain:
    """Train, evaluate and bias; with a seed, the labels of train and validation are shuffled first."""
    base, steps = chain.base, chain.steps
    for name in ("train", "validation"):
        file = place(chain.split(name), base / f"train/input/data/{name}/{name}.csv")
        if shuffle_seed is not None:
            frame = pd.read_csv(file)
            label = frame["died_within_one_year"].to_numpy()
            frame["died_within_one_year"] = np.random.default_rng(shuffle_seed).permutation(label)
            frame.to_csv(file, index=False)
    config = base / "train/input/config/hyperparameters.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(json.dumps(hyperparameters or {}))
    steps["train"] = succeed("train", base / "train")
    archive(base / "train/model", chain.archive)
    for name in ("evaluate", "bias"):
        place(chain.archive, base / name / "processing/model/model.tar.gz")
        place(chain.split("test"), base / name / "processing/test/test.csv")
        steps[name] = succeed(name, base / name, "--bootstrap-rounds", "200")
    return chain


def load(name: str, file: str = "main.py") -> ModuleType:
    """A step as a module, for its functions."""
    spec = importlib.util.spec_from_file_location(f"{name}_step", STEPS / name / file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)  # the step folders are uploaded as they are
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def raw() -> pd.DataFrame:
    return whas500()


@pytest.fixture(scope="session")
def chain(raw: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The whole chain on the real cohort; read-only."""
    return learn(prepare(tmp_path_factory.mktemp("real"), raw))


@pytest.fixture(scope="session")
def shuffled(raw: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The same chain, trained on labels that say nothing; read-only."""
    return learn(prepare(tmp_path_factory.mktemp("shuffled"), raw), shuffle_seed=1)
