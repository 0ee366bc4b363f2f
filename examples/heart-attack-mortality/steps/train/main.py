r"""Trains a logistic regression on one split and scores it on another.

Reads   $ML_ROOT/input/data/{train,validation}/*.csv, as `pseudonymise` writes them;
        $ML_ROOT/input/config/hyperparameters.json, string values (absent: the defaults);
        ../serve/inference.py beside this folder, if it is there.
Writes  $ML_ROOT/model/model.joblib and schema.json (features in order, label, decision threshold, lineage);
        $ML_ROOT/model/code/inference.py if it is there: an endpoint without network then needs
        nothing but model.tar.gz, with SAGEMAKER_SUBMIT_DIRECTORY=/opt/ml/model/code.
Prints  validation:auc=0.xxxx, for the tuning metric regex validation:auc=([0-9\.]+).
Errors  exit code 1; the message goes to stderr and to $ML_ROOT/output/failure, SageMaker's FailureReason.

Hyperparameters (every one may also be an argument, as script mode passes them):
    c                   inverse regularisation strength, 0.0001 to 1000, default 0.1; tune 0.001-10 logarithmic
    l1_ratio            0 is ridge, 1 is lasso, default 0; tune 0-1 linear
    class_weight        none or balanced, default none
    decision_threshold  probability from which an admission is flagged, 0.01 to 0.99, default 0.3
    seed                0 to 2147483647, default 20240229

Sex is not a feature: the splits carry it for the bias report.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import joblib
import pandas as pd
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))
PATIENT, SENSITIVE, LABEL = "patient_pseudonym", "sex", "died_within_one_year"
ADDED_BY_SAGEMAKER = ("sagemaker_", "_tuning")  # keys that SageMaker adds to hyperparameters.json


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do."""


@dataclass(frozen=True)
class Range:
    default: float
    minimum: float
    maximum: float
    whole: bool = False

    def parse(self, name: str, text: str) -> float:
        try:
            value = int(text) if self.whole else float(text)
        except ValueError:
            value = None
        if value is None or not self.minimum <= value <= self.maximum:
            kind = "whole numbers" if self.whole else "numbers"
            raise InputError(
                f"hyperparameter {name} is {text!r}, allowed are {kind} from {self.minimum} to {self.maximum};"
                " correct the training job or the tuning range"
            )
        return value


@dataclass(frozen=True)
class Choice:
    default: str
    values: tuple[str, ...]

    def parse(self, name: str, text: str) -> str:
        if text not in self.values:
            raise InputError(
                f"hyperparameter {name} is {text!r}, allowed are {', '.join(self.values)}; correct the training job"
            )
        return text


HYPERPARAMETERS = {
    "c": Range(0.1, 0.0001, 1000),
    "l1_ratio": Range(0.0, 0, 1),
    "class_weight": Choice("none", ("none", "balanced")),
    "decision_threshold": Range(0.3, 0.01, 0.99),
    "seed": Range(20240229, 0, 2147483647, whole=True),
}


def read_hyperparameters(arguments: list[str]) -> dict[str, float | str]:
    """Defaults, then hyperparameters.json, then arguments; refuses unknown names and values out of range."""
    file = ROOT / "input/config/hyperparameters.json"
    given = {}
    if file.is_file():
        try:
            given = json.loads(file.read_text())
        except json.JSONDecodeError as error:
            raise InputError(f"{file} is not JSON: {error}; write an object of strings") from error
        if not isinstance(given, dict):
            raise InputError(f"{file} holds a {type(given).__name__}; write an object of strings")
    given = {name: str(value).strip('"') for name, value in given.items() if not name.startswith(ADDED_BY_SAGEMAKER)}
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in HYPERPARAMETERS:
        parser.add_argument(f"--{name}")
    given |= {name: text for name, text in vars(parser.parse_args(arguments)).items() if text is not None}
    unknown = sorted(given.keys() - HYPERPARAMETERS.keys())
    if unknown:
        raise InputError(
            f"unknown hyperparameters {unknown}, allowed are {', '.join(HYPERPARAMETERS)}; correct the training job"
        )
    return {
        name: kind.parse(name, given[name]) if name in given else kind.default for name, kind in HYPERPARAMETERS.items()
    }


def read_channel(name: str) -> tuple[pd.DataFrame, str]:
    """The rows of a channel and the SHA-256 of its files."""
    folder = ROOT / "input/data" / name
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError(f"channel {name!r} has no *.csv in {folder}; pass the {name} output of pseudonymise")
    frame = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    missing = [column for column in (PATIENT, SENSITIVE, LABEL) if column not in frame]
    if missing:
        raise InputError(f"channel {name!r} misses the columns {missing}; pass the {name} output of pseudonymise")
    labels = sorted(frame[LABEL].unique().tolist())
    if labels != [0, 1]:
        raise InputError(f"channel {name!r} has the labels {labels}, needed are both 0 and 1; use a larger cohort")
    return frame, hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def fit(frame: pd.DataFrame, features: list[str], chosen: dict[str, float | str]):
    """Standardised logistic regression with an elastic net penalty."""
    model = make_pipeline(
        StandardScaler(),
        LogisticRegression(
            penalty="elasticnet",
            solver="saga",
            C=chosen["c"],
            l1_ratio=chosen["l1_ratio"],
            class_weight=None if chosen["class_weight"] == "none" else chosen["class_weight"],
            random_state=chosen["seed"],
            max_iter=5000,
        ),
    )
    return model.fit(frame[features], frame[LABEL])


def main() -> None:
    chosen = read_hyperparameters(sys.argv[1:])
    train, train_digest = read_channel("train")
    validation, validation_digest = read_channel("validation")
    shared = set(train[PATIENT]) & set(validation[PATIENT])
    if shared:
        raise InputError(f"{len(shared)} patients are in both train and validation; split by patient")
    features = [column for column in train if column not in (PATIENT, SENSITIVE, LABEL)]
    missing = [feature for feature in features if feature not in validation]
    if missing:
        raise InputError(f"channel 'validation' misses the features {missing}; take both splits from one run")

    model = fit(train, features, chosen)
    auc = roc_auc_score(validation[LABEL], model.predict_proba(validation[features])[:, 1])

    folder = ROOT / "model"
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    schema = {
        "features": features,
        "label": LABEL,
        "patient": PATIENT,
        "sensitive": SENSITIVE,
        "decision_threshold": chosen["decision_threshold"],
        "hyperparameters": chosen,
        "validation_auc": auc,
        "data_sha256": {"train": train_digest, "validation": validation_digest},
        "scikit_learn": sklearn.__version__,
    }
    (folder / "schema.json").write_text(json.dumps(schema, indent=2))
    inference = Path(__file__).resolve().parent.parent / "serve/inference.py"
    if inference.is_file():
        (folder / "code").mkdir(exist_ok=True)
        shutil.copyfile(inference, folder / "code/inference.py")
    print(f"validation:auc={auc:.4f}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        (ROOT / "output").mkdir(parents=True, exist_ok=True)
        (ROOT / "output/failure").write_text(str(error))
        sys.exit(f"train: {error}")
