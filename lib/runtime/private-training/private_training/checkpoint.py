"""What a training that was interrupted goes on from.

A checkpoint says how many steps are counted and how far the process may go before it writes the next one (`until`). Whoever
goes on from it counts all of those, whether they were taken or not: what an attempt that was lost has shown is paid for. A
process that was told to stop has written what it did, and loses none.
"""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from .accountant import IntegerOrderAccountant
from .errors import InputError
from .settings import Privacy

NAME = "checkpoint.pt"
FORMAT = 1


@dataclass
class Progress:
    """How far a training has come."""

    accountant: IntegerOrderAccountant
    """Steps that are counted: those that were taken, and those of attempts that were lost."""
    taken: int = 0
    """Steps that the model has learned from."""

    @property
    def counted(self) -> int:
        return self.accountant.steps


def save(
    folder: Path, *, privacy: Privacy, progress: Progress, until: int, features: list[str], model: dict, optimizer: dict
) -> None:
    """Writes a checkpoint in the place of the one before, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".{NAME}.{os.getpid()}"
    with scratch.open("wb") as file:
        torch.save(
            {
                "format": FORMAT,
                "privacy": privacy.identity,
                "accountant": dict(progress.accountant.state_dict()),
                "taken": progress.taken,
                "until": until,
                "features": features,
                "model": model,
                "optimizer": optimizer,
                "random": torch.get_rng_state(),  # of dropout; sample and noise have no state
            },
            file,
        )
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(folder / NAME)


def load(folder: Path, *, privacy: Privacy, features: list[str]) -> dict[str, Any] | None:
    """The checkpoint of a folder, if there is one; raises where it counts something else."""
    for left in folder.glob(f".{NAME}.*"):
        left.unlink()
    file = folder / NAME
    if not file.is_file():
        return None
    anew = "delete it to begin anew: what it has spent stays spent"
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError, OSError, KeyError) as error:
        raise InputError(f"checkpoint {file} cannot be read ({type(error).__name__}); {anew}") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise InputError(f"checkpoint {file} is of another program; {anew}")
    counted = state.get("accountant")
    if not counted:
        raise InputError(f"checkpoint {file} has no accountant, so nobody knows how many steps it has spent; {anew}")
    mechanism = IntegerOrderAccountant.mechanism()
    if counted.get("mechanism") != mechanism:
        raise InputError(
            f"checkpoint {file} has the accountant {counted.get('mechanism')!r}, and this one is {mechanism!r}; {anew}"
        )
    for name, value in privacy.identity.items():
        other = state["privacy"].get(name)
        if other != value:
            raise InputError(
                f"checkpoint {file} was trained with a {name} of {other}, and the job is told {value}; {anew}"
            )
    steps = sum(count for _, _, count in counted["history"])
    told = {(privacy.noise_multiplier, privacy.sample_rate)}
    if {(noise, rate) for noise, rate, _ in counted["history"]} - told or not state["taken"] <= steps <= state[
        "until"
    ] <= privacy.steps:
        raise InputError(f"checkpoint {file} has an accountant that does not agree with its steps; {anew}")
    if state["features"] != features:
        raise InputError(f"checkpoint {file} learned from other columns than the data has; {anew}")
    return state


def goes_on(state: dict[str, Any], privacy: Privacy) -> Progress:
    """The count to go on with: that of the checkpoint, and all steps that may have been taken after it."""
    accountant = IntegerOrderAccountant()
    accountant.load_state_dict(state["accountant"])
    lost = state["until"] - accountant.steps
    accountant.count(lost, noise_multiplier=privacy.noise_multiplier, sample_rate=privacy.sample_rate)
    return Progress(accountant, state["taken"])
