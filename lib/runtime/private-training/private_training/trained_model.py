"""Loads a model that was trained here: it lies beside the code of the model, in the folder `code` of what the training wrote."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parent


def load(folder: Path = FOLDER.parent) -> tuple[torch.nn.Module, dict]:
    """The model, ready to foretell, and its schema: `features` in their order, `label`, `hyperparameters`."""
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    model = importlib.import_module("model").build(schema["features"], schema["hyperparameters"])
    model.load_state_dict(torch.load(folder / "model.pt", map_location="cpu", weights_only=True))
    return model.eval(), schema
