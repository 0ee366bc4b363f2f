"""Compares two groups of patients, before training (labels) and after it (predictions).

Reads   $ML_ROOT/processing/model/model.tar.gz, $ML_ROOT/processing/test/*.csv.
Writes  $ML_ROOT/processing/bias/bias.json. Paths for conditions:
        `post_training_bias_metrics.disparate_impact.value`, `post_training_bias_metrics.recall_difference.value`,
        `post_training_bias_metrics.difference_in_positive_proportions_in_predicted_labels.value`.
Args    --facet-value, the group d that is watched (default female); --bootstrap-rounds, --seed as in `evaluate`.
Env     ML_ROOT, default /opt/ml.
Errors  exit code 1; the message goes to stderr and to $ML_ROOT/output/message.

With d the watched group and a everybody else, n rows, q the share of label 1, q' the share predicted 1, TPR the
recall, ACC the accuracy:
    class_imbalance                      (n_a - n_d) / (n_a + n_d)
    difference_in_proportions_of_labels  q_a - q_d
    difference_in_positive_proportions_in_predicted_labels  q'_a - q'_d
    disparate_impact                     q'_d / q'_a, or 0 when q'_a is 0, so that a floor refuses it
    recall_difference                    TPR_a - TPR_d
    accuracy_difference                  ACC_a - ACC_d
These are CI, DPL, DPPL, DI, RD and AD of SageMaker Clarify. Label 1 is death within a year: to be flagged is to be
offered closer follow-up, so a positive recall difference means that deaths in group d are missed more often.

@see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-post-training-bias.html
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

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
MINIMUM_LABELS = 5  # of each label in each group; below it a recall is noise and a cell may point at a person
PRE_TRAINING = ("class_imbalance", "difference_in_proportions_of_labels")


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


def read_test(schema: dict, facet_value: str) -> pd.DataFrame:
    """The test split; raises when a group is too small to compare."""
    folder = ROOT / "processing/test"
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError(f"no *.csv in {folder}; mount the test output of pseudonymise there")
    frame = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    sensitive, label = schema["sensitive"], schema["label"]
    missing = [name for name in [*schema["features"], sensitive, label, schema["patient"]] if name not in frame]
    if missing:
        raise InputError(f"the test split misses {missing}; take it from the run that trained the model")
    groups = sorted(frame[sensitive].unique())
    if facet_value not in groups:
        raise InputError(f"--facet-value is {facet_value!r}, allowed are {', '.join(groups)}; correct the step")
    for watched, part in frame.groupby(frame[sensitive] == facet_value):
        name = facet_value if watched else f"not {facet_value}"
        for value in (0, 1):
            count = int((part[label] == value).sum())
            if count < MINIMUM_LABELS:
                raise InputError(
                    f"group {name!r} has {count} rows with label {value}, needed are {MINIMUM_LABELS} or more;"
                    " use a larger cohort"
                )
    if frame[sensitive].nunique() < 2:
        raise InputError(f"the test split has {facet_value!r} rows only, needed are two groups; use a larger cohort")
    return frame


def figures(watched: np.ndarray, label: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """The formulae of the module docstring; every argument holds one boolean per row."""
    d, a = watched, ~watched
    flagged_a, flagged_d = predicted[a].mean(), predicted[d].mean()
    return {
        "class_imbalance": (a.sum() - d.sum()) / len(watched),
        "difference_in_proportions_of_labels": label[a].mean() - label[d].mean(),
        "difference_in_positive_proportions_in_predicted_labels": flagged_a - flagged_d,
        "disparate_impact": flagged_d / flagged_a if flagged_a else 0.0,
        "recall_difference": predicted[a & label].mean() - predicted[d & label].mean(),
        "accuracy_difference": (predicted == label)[a].mean() - (predicted == label)[d].mean(),
    }


def deviations(
    watched: np.ndarray, label: np.ndarray, predicted: np.ndarray, patient: np.ndarray, rounds: int, seed: int
) -> dict[str, float]:
    """Standard deviation of each figure over resampled patients; samples without a recall are drawn again."""
    generator = np.random.default_rng(seed)
    _, index = np.unique(patient, return_inverse=True)
    rows = [np.flatnonzero(index == number) for number in range(index.max() + 1)]
    samples = []
    while len(samples) < rounds:
        drawn = np.concatenate([rows[number] for number in generator.integers(len(rows), size=len(rows))])
        if (watched & label)[drawn].any() and (~watched & label)[drawn].any():
            samples.append(figures(watched[drawn], label[drawn], predicted[drawn]))
    return pd.DataFrame(samples).std(ddof=1).to_dict()


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--facet-value", default="female")
    parser.add_argument("--bootstrap-rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20240229)
    options = parser.parse_args()
    if not 100 <= options.bootstrap_rounds <= 100000:
        raise InputError(f"--bootstrap-rounds is {options.bootstrap_rounds}, allowed are 100 to 100000")

    model, schema = read_model()
    test = read_test(schema, options.facet_value)
    watched = (test[schema["sensitive"]] == options.facet_value).to_numpy()
    label = (test[schema["label"]] == 1).to_numpy()
    predicted = model.predict_proba(test[schema["features"]])[:, 1] >= schema["decision_threshold"]
    value = figures(watched, label, predicted)
    deviation = deviations(
        watched, label, predicted, test[schema["patient"]].to_numpy(), options.bootstrap_rounds, options.seed
    )
    entries = {name: {"value": float(value[name]), "standard_deviation": float(deviation[name])} for name in value}
    report = {
        "facet": {"name": schema["sensitive"], "value": options.facet_value},
        "dataset": {"item_count": len(test), "facet_count": int(watched.sum())},
        "pre_training_bias_metrics": {name: entries[name] for name in PRE_TRAINING},
        "post_training_bias_metrics": {name: entries[name] for name in entries if name not in PRE_TRAINING},
    }
    folder = ROOT / "processing/bias"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bias.json").write_text(json.dumps(report, indent=2, allow_nan=False))
    for name, number in value.items():
        print(f"bias:{name}={number:.4f}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        (ROOT / "output").mkdir(parents=True, exist_ok=True)
        (ROOT / "output/message").write_text(str(error))
        sys.exit(f"bias: {error}")
