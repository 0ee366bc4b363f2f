"""Answers with the risk of death within a year, in the serving contract of SageMaker's scikit-learn image.

Request   text/csv: one admission per line, the features in the order of schema.json, a header optional;
          application/json: {"instances": [{"age_band": 70, ...}, ...]} or rows of numbers in that order.
Response  application/json: {"predictions": [{"probability": 0.41, "flagged": true}, ...]};
          text/csv: probability,flagged (0 or 1) per line, without a header.
Errors    ValueError naming the row and the feature, never the value: endpoint logs are not for patient data.

`pseudonymise` generalises age and BMI before training; a caller sends age_band and a whole bmi.
"""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import joblib
import pandas as pd

CSV, JSON = "text/csv", "application/json"


def model_fn(model_dir: str) -> dict:
    """The fitted model with its schema."""
    folder = Path(model_dir)
    missing = [name for name in ("model.joblib", "schema.json") if not (folder / name).is_file()]
    if missing:
        raise ValueError(f"{model_dir} misses {missing}; deploy the model.tar.gz of this example's training step")
    return {
        "model": joblib.load(folder / "model.joblib"),
        "schema": json.loads((folder / "schema.json").read_text()),
    }


def input_fn(request_body: str | bytes, content_type: str) -> list:
    """Rows as lists of cells or as objects; `predict_fn` checks them, since it knows the features."""
    kind = media_type(content_type)
    try:
        text = request_body.decode("utf-8") if isinstance(request_body, (bytes, bytearray)) else request_body
    except UnicodeDecodeError as error:
        raise ValueError(f"the body is not UTF-8 (byte {error.start}); send UTF-8") from error
    if kind == CSV:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    elif kind == JSON:
        try:
            body = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"the body is not JSON (line {error.lineno}, column {error.colno})") from error
        rows = body.get("instances") if isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise ValueError('the body has no list "instances"; send {"instances": [...]}')
    else:
        raise ValueError(f"content type {content_type!r} is not supported, allowed are {CSV}, {JSON}")
    if not rows:
        raise ValueError("the body holds no admission; send one or more")
    return rows


def predict_fn(input_data: list, model: dict) -> list[dict]:
    """Probability and flag for each row."""
    schema = model["schema"]
    features = schema["features"]
    rows = [list(row) if isinstance(row, (list, tuple)) else row for row in input_data]
    header = None
    if isinstance(rows[0], list) and all(isinstance(cell, str) for cell in rows[0]):
        names = [cell.strip() for cell in rows[0]]
        if set(names) & set(features):
            header, rows = names, rows[1:]
            if not rows:
                raise ValueError("the body has a header and no admission; send one or more")
    numbers = [to_numbers(row, features, header, number) for number, row in enumerate(rows, start=1)]
    probabilities = model["model"].predict_proba(pd.DataFrame(numbers, columns=features))[:, 1]
    threshold = schema["decision_threshold"]
    return [{"probability": float(p), "flagged": bool(p >= threshold)} for p in probabilities]


def output_fn(prediction: list[dict], accept: str) -> tuple[str, str]:
    """The body and its content type."""
    kind = JSON if accept in ("", "*/*", None) else media_type(accept)
    if kind == JSON:
        return json.dumps({"predictions": prediction}), JSON
    if kind == CSV:
        return "".join(f"{row['probability']},{int(row['flagged'])}\n" for row in prediction), CSV
    raise ValueError(f"accept {accept!r} is not supported, allowed are {CSV}, {JSON}")


def media_type(header: str) -> str:
    return (header or "").split(";")[0].strip().lower()


def to_numbers(row: list | dict, features: list[str], header: list[str] | None, number: int) -> list[float]:
    """One row in the order of the features."""
    if header is not None or isinstance(row, dict):
        if header is not None and len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells and the header has {len(header)}")
        cells = row if isinstance(row, dict) else dict(zip(header, row, strict=True))
        missing = [name for name in features if name not in cells]
        unknown = [str(name) for name in cells if name not in features]
        if missing or unknown:
            raise ValueError(
                f"row {number} misses {missing or 'none'} and has unknown {unknown or 'none'};"
                f" allowed are {', '.join(features)}"
            )
        row = [cells[name] for name in features]
    elif not isinstance(row, list) or len(row) != len(features):
        found = f"{len(row)} cells" if isinstance(row, list) else f"a {type(row).__name__}"
        raise ValueError(f"row {number} is {found}, needed are {len(features)}: {', '.join(features)}")
    return [to_number(cell, name, number) for cell, name in zip(row, features, strict=True)]


def to_number(cell: object, name: str, number: int) -> float:
    try:
        value = math.nan if isinstance(cell, bool) else float(cell)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"row {number} feature {name!r} is not a finite number")
    return value
