"""Scores the trained model on patients it has not seen.

Reads   $ML_ROOT/processing/model/model.tar.gz, $ML_ROOT/processing/test/*.csv.
Writes  $ML_ROOT/processing/evaluation/evaluation.json in the layout of SageMaker model metrics. The path for a
        condition is `binary_classification_metrics.auc.value`.
Args    --bootstrap-rounds (100 to 100000, default 1000), --seed (default 20240229).
Env     ML_ROOT, default /opt/ml.
Errors  exit code 1; the message goes to stderr and to $ML_ROOT/output/message.

Standard deviations come from resampling patients, not rows: stays of one patient are not independent. The
archive is read in memory, never unpacked. joblib runs code on load: take the archive from the training job alone.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tarfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    confusion_matrix,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do."""


def read_model() -> tuple[object, dict]:
    """The fitted model and its schema."""
    archive = ROOT / "processing/model/model.tar.gz"
    if not archive.is_file():
        raise InputError(f"no {archive}; mount the model artifacts of the training step there")
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = {Path(member.name).as_posix(): member for member in tar if member.isfile()}
            missing = [name for name in ("model.joblib", "schema.json") if name not in members]
            if missing:
                raise InputError(f"{archive} misses {missing}; use the archive of this example's training step")
            schema = json.load(tar.extractfile(members["schema.json"]))
            return joblib.load(io.BytesIO(tar.extractfile(members["model.joblib"]).read())), schema
    except (tarfile.TarError, EOFError) as error:
        raise InputError(f"{archive} is not a gzipped tar: {error}; use the training step's archive") from error


def read_test(schema: dict) -> pd.DataFrame:
    """The test split; raises when it does not fit the model or holds one class only."""
    folder = ROOT / "processing/test"
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError(f"no *.csv in {folder}; mount the test output of pseudonymise there")
    frame = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    needed = [*schema["features"], schema["label"], schema["patient"]]
    missing = [column for column in needed if column not in frame]
    if missing:
        raise InputError(f"the test split misses {missing}; take it from the run that trained the model")
    labels = sorted(frame[schema["label"]].unique().tolist())
    if labels != [0, 1]:
        raise InputError(f"the test split has the labels {labels}, needed are both 0 and 1; use a larger cohort")
    return frame


def figures(label: np.ndarray, probability: np.ndarray, threshold: float) -> dict[str, float]:
    predicted = (probability >= threshold).astype(int)
    return {
        "auc": roc_auc_score(label, probability),
        "accuracy": accuracy_score(label, predicted),
        "precision": precision_score(label, predicted, zero_division=0),
        "recall": recall_score(label, predicted),
        "brier_score": brier_score_loss(label, probability),
    }


def deviations(
    label: np.ndarray, probability: np.ndarray, patient: np.ndarray, threshold: float, rounds: int, seed: int
) -> dict[str, float]:
    """Standard deviation of each figure over resampled patients; samples of one class are drawn again."""
    generator = np.random.default_rng(seed)
    _, index = np.unique(patient, return_inverse=True)
    rows = [np.flatnonzero(index == number) for number in range(index.max() + 1)]
    samples = []
    while len(samples) < rounds:
        drawn = np.concatenate([rows[number] for number in generator.integers(len(rows), size=len(rows))])
        if 0 < label[drawn].sum() < len(drawn):
            samples.append(figures(label[drawn], probability[drawn], threshold))
    return pd.DataFrame(samples).std(ddof=1).to_dict()


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--bootstrap-rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20240229)
    options = parser.parse_args()
    if not 100 <= options.bootstrap_rounds <= 100000:
        raise InputError(f"--bootstrap-rounds is {options.bootstrap_rounds}, allowed are 100 to 100000")

    model, schema = read_model()
    test = read_test(schema)
    label = test[schema["label"]].to_numpy()
    probability = model.predict_proba(test[schema["features"]])[:, 1]
    threshold = schema["decision_threshold"]
    value = figures(label, probability, threshold)
    deviation = deviations(
        label, probability, test[schema["patient"]].to_numpy(), threshold, options.bootstrap_rounds, options.seed
    )
    matrix = confusion_matrix(label, probability >= threshold)
    false_positive_rate, true_positive_rate, _ = roc_curve(label, probability)
    evaluation = {
        "dataset": {"item_count": len(test), "positive_count": int(label.sum())},
        "binary_classification_metrics": {
            "confusion_matrix": {
                str(actual): {str(predicted): int(matrix[actual, predicted]) for predicted in (0, 1)}
                for actual in (0, 1)
            },
            **{name: {"value": value[name], "standard_deviation": deviation[name]} for name in value},
            "receiver_operating_characteristic_curve": {
                "false_positive_rates": false_positive_rate.tolist(),
                "true_positive_rates": true_positive_rate.tolist(),
            },
        },
    }
    folder = ROOT / "processing/evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(evaluation, indent=2, allow_nan=False))
    print(f"test:auc={value['auc']:.4f} standard_deviation={deviation['auc']:.4f}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        (ROOT / "output").mkdir(parents=True, exist_ok=True)
        (ROOT / "output/message").write_text(str(error))
        sys.exit(f"evaluate: {error}")
