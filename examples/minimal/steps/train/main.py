"""Fits a logistic regression to the last column. Reads /opt/ml/input/data/train, writes /opt/ml/model."""

import os
from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROOT = Path(os.environ.get("ML_ROOT", "/opt/ml"))


def main() -> None:
    rows = pd.concat(pd.read_csv(file) for file in sorted((ROOT / "input/data/train").glob("*.csv")))
    features, label = rows.iloc[:, :-1], rows.iloc[:, -1]
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(features, label)
    (ROOT / "model").mkdir(parents=True, exist_ok=True)
    joblib.dump(model, ROOT / "model/model.joblib")


if __name__ == "__main__":
    main()
