"""Jobs as SageMaker and Azure ML lay them out, with the numbers that synth gives (synth.json, held by test/runtime/private-training.test.ts)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
RUNTIME = ROOT / "lib/runtime/private-training"
EXAMPLE = ROOT / "examples/light-chain-mortality"
sys.path.insert(0, str(RUNTIME))

import torch

torch.set_num_threads(1)

SYNTH = json.loads(Path(__file__).with_name("synth.json").read_text())
LINEAR = """
from torch import nn
def build(features, hyperparameters):
    return nn.Linear(len(features), 1)
"""


def told(name: str, **more: str) -> dict[str, str]:
    """Hyperparameters of a job, from synth."""
    return {**SYNTH["trainings"][name], "label": "y", **{key: str(value) for key, value in more.items()}}


def table(rows: int = 64, *, persons: int | None = None, seed: int = 3) -> dict[str, np.ndarray]:
    """Columns of a small data set: two features, a label that follows from them, and whose a record is."""
    generator = np.random.default_rng(seed)
    a, b = generator.normal(size=(2, rows))
    columns = {"a": a, "b": b, "y": (a - b + generator.normal(size=rows) > 0).astype(int)}
    return columns if persons is None else {**columns, "who": generator.permutation(np.arange(rows) % persons)}


def csv(columns: dict[str, np.ndarray]) -> str:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"


@dataclass
class Job:
    """One job: its ML_ROOT, and its code as `Code.privateTraining` packs it."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> Path:
        return self.root / "code"

    def tell(self, hyperparameters: dict[str, str]) -> Job:
        place = self.root / "input/config/hyperparameters.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(hyperparameters))
        return self

    def give(self, channel: str, text: str) -> Job:
        folder = self.root / "input/data" / channel
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data.csv").write_text(text)
        return self

    def model(self, text: str) -> Job:
        (self.code / "user/model.py").write_text(text)
        return self

    def start(self, *arguments: str, launcher: tuple[str, ...] = ()) -> subprocess.Popen:
        command = [sys.executable, *launcher, str(self.code / "main.py"), *arguments]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "ML_ROOT": str(self.root), **self.environment}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments: str, launcher: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
        process = self.start(*arguments, launcher=launcher)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def here(self, *arguments: str) -> tuple[int, str]:
        """In this process, which has loaded torch already: the exit code and the message."""
        from private_training import job

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(job, "HERE", self.code)
            patch.setenv("ML_ROOT", str(self.root))
            patch.setattr(sys, "path", [*sys.path])
            sys.modules.pop("model", None)
            code = job.main(list(arguments))
        failure = self.root / "output/failure"
        return code, failure.read_text() if failure.is_file() else ""

    @property
    def privacy(self) -> dict:
        return json.loads((self.root / "model/privacy.json").read_text())

    @property
    def weights(self) -> dict[str, torch.Tensor]:
        return torch.load(self.root / "model/model.pt", weights_only=True)


@pytest.fixture
def job(tmp_path) -> Job:
    """A job on a small data set, with a linear model."""
    made = Job(tmp_path)
    shutil.copytree(RUNTIME, made.code, ignore=shutil.ignore_patterns("__pycache__"))
    (made.code / "user").mkdir()
    return made.model(LINEAR).tell(told("records")).give("train", csv(table()))


@pytest.fixture(scope="session")
def splits(tmp_path_factory) -> Path:
    """All of FLChain, in exact numbers, as the example splits and shapes it: folders train, validation, test."""
    root = tmp_path_factory.mktemp("flchain")
    people = root / "processing/input/people/people.csv"
    people.parent.mkdir(parents=True)
    raw = run_path(str(EXAMPLE / "raw.py"))["export"]()
    pseudonyms = [hashlib.sha256(subject.encode()).hexdigest()[:32] for subject in raw["subject_id"]]
    raw.assign(subject_id=pseudonyms).to_csv(people, index=False)
    environment = {**os.environ, "ML_ROOT": str(root)}
    subprocess.run([sys.executable, str(EXAMPLE / "steps/prepare/main.py")], env=environment, check=True, capture_output=True)
    return root / "processing/output"


@pytest.fixture
def clinical(job, splits) -> Job:
    """A job on FLChain, with the model of the example."""
    shutil.rmtree(job.root / "input/data")
    (job.root / "input/data").mkdir()
    for split in ("train", "validation"):
        (job.root / "input/data" / split).symlink_to(splits / split)
    shutil.copytree(EXAMPLE / "steps/model", job.code / "user", dirs_exist_ok=True)
    return job.tell(told("flchain", label="died_within_five_years", person="person", learning_rate=4))


def printed(output: str, name: str) -> float:
    """What SageMaker finds by the regular expressions that the constructs write: the last of a name."""
    import re

    return float(re.findall(rf"{re.escape(name)}=([0-9.eE+-]+)", output)[-1])
