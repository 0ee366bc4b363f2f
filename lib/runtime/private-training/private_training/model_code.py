"""The model of the user: `model.py` in the folder beside this package, and what it imports from there.

build(features, hyperparameters) -> torch.nn.Module
load(folder, hyperparameters) -> (x, y) or (x, y, person)    optional; CSV otherwise
loss(output, y) -> one value for each record                 optional; cross-entropy otherwise
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from .errors import InputError

USER_FOLDER = "user"


@dataclass(frozen=True)
class ModelCode:
    """What `model.py` defines."""

    folder: Path
    build: Callable[[list[str], dict[str, str]], torch.nn.Module]
    load: Callable[..., Any] | None
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    has_own_loss: bool


def model_code(folder: Path) -> ModelCode:
    """Imports `model.py` of a folder."""
    if not (folder / "model.py").is_file():
        raise InputError(f"there is no model.py in {folder}; pack the code with Code.privateTraining(folder)")
    sys.path.insert(0, str(folder))
    module = importlib.import_module("model")
    build = getattr(module, "build", None)
    if not callable(build):
        raise InputError(
            "model.py defines no build; define build(features, hyperparameters) that returns a torch module"
        )
    own = getattr(module, "loss", None)
    return ModelCode(folder, build, getattr(module, "load", None), own or cross_entropy, own is not None)


def cross_entropy(output: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Of each record: binary where the model has one output, of classes 0, 1, … where it has more."""
    if output.dim() == 1 or output.shape[1] == 1:
        return functional.binary_cross_entropy_with_logits(output.reshape(-1), y.float(), reduction="none")
    return functional.cross_entropy(output, y.long(), reduction="none")


def check_labels(y: torch.Tensor, outputs: int) -> None:
    """Passes for labels that cross-entropy takes."""
    classes = max(2, outputs)
    if y.dim() != 1 or ((y != y.round()) | (y < 0) | (y >= classes)).any():
        raise InputError(
            f"labels are no whole numbers from 0 to {classes - 1}, which the outputs of the model stand for; recode them in a"
            " step before, give `build` as many outputs as there are classes, or define loss(output, y) in model.py"
        )
