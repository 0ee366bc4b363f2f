"""What privacy costs in accuracy and in time, on FLChain: python bench/private-training.py [accuracy|time] (in .venv-jobs)

Accuracy: the model of examples/light-chain-mortality for each ε, and without privacy; the area under the curve on the test split,
mean and standard deviation over runs. Time: a private training against a plain one of as many steps on batches of as many people,
turn by turn in one process, medians of the ratios; and the share of it that goes into randomness of the operating system.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "lib/runtime/private-training"))

from private_training import optimizer, settings, training
from private_training.accountant import planned_epsilon
from private_training.data import Records, records_of
from private_training.model_code import ModelCode, cross_entropy
from private_training.processes import Processes
from private_training.report import validate

EXAMPLE = ROOT / "examples/light-chain-mortality"
RECORDS, BATCH, STEPS, DELTA = 5200, 520, 60, 1e-5
RATE = BATCH / RECORDS
EPSILONS = (0.25, 0.5, 1, 2, 3, 8)
RUNS, ROUNDS = 20, 9


def noise_for(epsilon: float) -> float:
    """The least noise multiplier that keeps an ε, to four digits."""
    low, high = 0.1, 100.0
    while high - low > 1e-4 * low:
        middle = (low + high) / 2
        kept = planned_epsilon(noise_multiplier=middle, sample_rate=RATE, steps=STEPS, delta=DELTA) <= epsilon
        low, high = (low, middle) if kept else (middle, high)
    return high


def told(noise_multiplier: float, folders: dict[str, Path], learning_rate: float) -> settings.Settings:
    epsilon = planned_epsilon(noise_multiplier=noise_multiplier, sample_rate=RATE, steps=STEPS, delta=DELTA)
    numbers = {
        "dp_mechanism": "dp-sgd", "dp_unit": "person", "dp_sampling": "poisson", "dp_clipping_norm": 1, "dp_sample_rate": RATE, "dp_batch_size": BATCH, "dp_steps": STEPS,
        "dp_records": RECORDS, "dp_delta": DELTA, "dp_noise_multiplier": noise_multiplier, "dp_epsilon": epsilon,
        "label": "died_within_five_years", "person": "person", "learning_rate": learning_rate,
    }  # fmt: skip
    given = {**numbers, **folders}
    return settings.read([part for name, value in given.items() for part in (f"--{name}", str(value))], folders["train"].parent)


def network(features: int, hidden: int) -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Linear(features, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1))


def wide(features: int) -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Linear(features, 128), torch.nn.Tanh(), torch.nn.Linear(128, 128), torch.nn.Tanh(), torch.nn.Linear(128, 1))


def plain(model: torch.nn.Module, data: Records, learning_rate: float) -> None:
    learner = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for _ in range(STEPS):
        rows = torch.randperm(len(data.x))[:BATCH]
        learner.zero_grad()
        cross_entropy(model(data.x[rows]), data.y[rows]).mean().backward()
        learner.step()


def private(model: torch.nn.Module, data: Records, how: settings.Settings) -> None:
    training.Training(model, data, how, CODE, Processes()).run()


def spread(values: list[float]) -> str:
    return f"{statistics.mean(values):.3f} ± {statistics.stdev(values):.3f}"


def timed(work, *arguments) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


CODE = ModelCode(EXAMPLE, network, None, cross_entropy, False)


def main() -> None:
    torch.set_num_threads(1)
    # a training tells of its steps
    with contextlib.redirect_stderr(io.StringIO()), tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        environment = {**os.environ, "ML_ROOT": scratch}
        people = root / "processing/input/people/people.csv"
        people.parent.mkdir(parents=True)
        # everybody, in exact numbers: what privacy costs is not to be mixed with what consent and bands cost
        raw = runpy.run_path(str(EXAMPLE / "raw.py"))["export"]()
        raw.assign(subject_id=[hashlib.sha256(subject.encode()).hexdigest()[:32] for subject in raw["subject_id"]]).to_csv(people, index=False)
        subprocess.run([sys.executable, str(EXAMPLE / "steps/prepare/main.py")], env=environment, check=True, capture_output=True)
        folders = {name: root / "processing/output" / name for name in ("train", "test")}
        usual = told(1.0, folders, 4)
        train, test = (records_of(name, usual, CODE) for name in ("train", "test"))

        parts = {"accuracy": accuracy, "time": times}
        for name in sys.argv[1:] or parts:
            parts[name](folders, train, test)


def accuracy(folders: dict[str, Path], train: Records, test: Records) -> None:
    def area(model: torch.nn.Module) -> float:
        return validate(model, test, CODE, torch.device("cpu"))["auc"]

    print(f"{len(train.x)} people to learn from, {len(test.x)} to test; {RUNS} runs each\n\n| ε | σ | area under the curve |\n| --- | --- | --- |")
    found = []
    for _ in range(RUNS):
        model = network(train.x.shape[1], 16)
        plain(model, train, 0.5)
        found.append(area(model))
    print(f"| none | 0 | {spread(found)} |")
    for epsilon in reversed(EPSILONS):
        how = told(noise_for(epsilon), folders, 4 if epsilon > 1 else 2)
        found = []
        for _ in range(RUNS):
            model = network(train.x.shape[1], 16)
            private(model, train, how)
            found.append(area(model))
        print(f"| {epsilon:g} | {how.privacy.noise_multiplier:.3f} | {spread(found)} |", flush=True)


def times(folders: dict[str, Path], train: Records, _test: Records) -> None:
    how = told(1.5, folders, 1)
    own_noise, own_draw = optimizer.noise, training.drawn
    print(f"\n{ROUNDS} rounds\n\n| model | parameters | private to plain | of it randomness |\n| --- | --- | --- | --- |")
    for name, make in (("of the example", lambda: network(train.x.shape[1], 16)), ("two layers of 128", lambda: wide(train.x.shape[1]))):
        ratios, shares = [], []
        for _ in range(ROUNDS):
            spent = [0.0]
            slow = timed(plain, make(), train, 0.1)
            optimizer.noise, training.drawn = watched(own_noise, spent), watched(own_draw, spent)
            took = timed(private, make(), train, how)
            optimizer.noise, training.drawn = own_noise, own_draw
            ratios.append(took / slow)
            shares.append(spent[0] / took)
        parameters = sum(parameter.numel() for parameter in make().parameters())
        print(f"| {name} | {parameters:,} | {statistics.median(ratios):.1f} | {statistics.median(shares):.0%} |", flush=True)


def watched(work, spent: list[float]):
    """The same, with the time that it takes added up."""

    def run(*arguments):
        start = time.perf_counter()
        answer = work(*arguments)
        spent[0] += time.perf_counter() - start
        return answer

    return run


if __name__ == "__main__":
    main()
