"""Scores the trained model on people it has not seen, and says what it cost those it has.

Reads   $ML_ROOT/processing/model/model.tar.gz, as a private training writes it; $ML_ROOT/processing/test/*.csv.
Writes  $ML_ROOT/processing/evaluation/evaluation.json in the layout of SageMaker's model metrics, and beside them
        the ε. For conditions: `binary_classification_metrics.auc.value` and `privacy.epsilon.value`.
Env     ML_ROOT, default /opt/ml.
Errors  exit code 1; the message goes to stderr and to $ML_ROOT/output/message.

The archive brings the code of the model: take it from the training job alone.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import torch

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
THRESHOLD = 0.2  # from this risk on somebody would be called in
ROUNDS, SEED = 200, 20240229


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do."""


def auc(label: np.ndarray, score: np.ndarray) -> float:
    """Chance that who died has the higher score; a tie counts half."""
    ranks = pd.Series(score).rank().to_numpy()
    died = label == 1
    return (ranks[died].sum() - died.sum() * (died.sum() + 1) / 2) / (died.sum() * (~died).sum())


def figures(label: np.ndarray, risk: np.ndarray) -> dict[str, float]:
    return {
        "auc": auc(label, risk),
        "accuracy": float(((risk >= 0.5) == label).mean()),
        "recall": float((risk[label == 1] >= THRESHOLD).mean()),
        "brier_score": float(((risk - label) ** 2).mean()),
    }


def deviations(label: np.ndarray, risk: np.ndarray) -> dict[str, float]:
    """Standard deviation of each figure over resampled people; samples of one class are drawn again."""
    generator = np.random.default_rng(SEED)
    samples = []
    while len(samples) < ROUNDS:
        drawn = generator.integers(len(label), size=len(label))
        if 0 < label[drawn].sum() < len(label):
            samples.append(figures(label[drawn], risk[drawn]))
    return pd.DataFrame(samples).std(ddof=1).to_dict()


def unpacked(folder: Path) -> tuple[torch.nn.Module, dict, dict]:
    """The model, its schema and the statement of its privacy."""
    archive = ROOT / "processing/model/model.tar.gz"
    if not archive.is_file():
        raise InputError(f"no {archive}; mount the model of the training step there")
    with tarfile.open(archive, "r:gz") as tar:
        tar.extractall(folder, filter="data")
    if not (folder / "code/trained_model.py").is_file() or not (folder / "privacy.json").is_file():
        raise InputError(f"{archive} is not of a private training; take the model of that step")
    sys.path.insert(0, str(folder / "code"))
    model, schema = importlib.import_module("trained_model").load(folder)
    return model, schema, json.loads((folder / "privacy.json").read_text(encoding="utf-8"))


def main() -> None:
    files = sorted((ROOT / "processing/test").glob("*.csv"))
    if not files:
        raise InputError(f"no *.csv in {ROOT / 'processing/test'}; mount the test output of prepare there")
    test = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    with tempfile.TemporaryDirectory() as folder:
        model, schema, privacy = unpacked(Path(folder))
    missing = [name for name in [*schema["features"], schema["label"]] if name not in test]
    if missing:
        raise InputError(f"the test split misses {missing}; take it from the run that trained the model")
    label = test[schema["label"]].to_numpy()
    if set(label.tolist()) != {0, 1}:
        raise InputError("the test split needs people who died and people who did not; use a larger cohort")
    with torch.no_grad():
        output = model(torch.as_tensor(test[schema["features"]].to_numpy(), dtype=torch.float32))
    risk = torch.sigmoid(output.reshape(-1)).double().numpy()
    value, deviation = figures(label, risk), deviations(label, risk)
    evaluation = {
        "dataset": {"item_count": len(test), "positive_count": int(label.sum())},
        "binary_classification_metrics": {
            name: {"value": value[name], "standard_deviation": deviation[name]} for name in value
        },
        "privacy": {name: {"value": privacy[name]} for name in ("epsilon", "delta", "unit", "steps")},
    }
    folder = ROOT / "processing/evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(evaluation, indent=2, allow_nan=False))
    print(f"test:auc={value['auc']:.4f} test:accuracy={value['accuracy']:.4f}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        (ROOT / "output").mkdir(parents=True, exist_ok=True)
        (ROOT / "output/message").write_text(str(error))
        sys.exit(f"evaluate: {error}")
