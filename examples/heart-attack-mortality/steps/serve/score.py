"""The contract of scoring scripts of Azure ML, on the functions of `inference.py` beside it.

Request   {"instances": [...]} as `inference.py` takes it.
Response  {"predictions": [...]}; a wrong request is answered with {"error": "..."}, which names no value.
Captures  requests and answers, with the package azureml-ai-monitoring of the image.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
import inference  # it lies beside this file, wherever that is mounted

loaded: dict = {}


def collectors() -> dict:
    """What captures inputs and outputs; none where the script is run outside of a deployment."""
    if "AZUREML_ENTRY_SCRIPT" not in os.environ:
        return {}
    from azureml.ai.monitoring import Collector  # an image without it must not serve unseen

    return {name: Collector(name=name) for name in ("model_inputs", "model_outputs")}


def init() -> None:
    """Loads the model; Azure ML says where it lies."""
    folder = Path(os.environ["AZUREML_MODEL_DIR"])
    found = next(iter(sorted(folder.rglob("model.joblib"))), None)
    loaded["model"] = inference.model_fn(str(found.parent if found else folder))
    loaded["collectors"] = collectors()


def run(data: str | bytes) -> dict:
    """Answers one request."""
    try:
        rows = inference.input_fn(data, inference.JSON)
        answers = inference.predict_fn(rows, loaded["model"])
    except ValueError as error:
        return {"error": str(error)}
    if loaded["collectors"]:
        context = loaded["collectors"]["model_inputs"].collect(pd.DataFrame(rows))
        loaded["collectors"]["model_outputs"].collect(pd.DataFrame(answers), context)
    return {"predictions": answers}
