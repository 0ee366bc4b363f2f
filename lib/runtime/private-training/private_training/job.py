"""One training job, from what it is told to what it reports."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import torch

from . import report, settings
from .data import TRAIN, check_units, records_of, validation_of
from .errors import InputError, Stopped
from .model_code import USER_FOLDER, model_code
from .private_model import check_model, probe
from .processes import Processes
from .training import Training

HERE = Path(__file__).resolve().parent.parent
STOPPED = 143


def main(arguments: list[str]) -> int:
    """The exit code of the job."""
    root = Path(os.environ.get("ML_ROOT", "/opt/ml"))
    # the first is so of every model, since data asks for no gradient; the second says that a bound might be tighter
    warnings.filterwarnings("ignore", message="Full backward hook is firing|Optimal order is the")
    try:
        told = settings.read(arguments, root)
        processes = Processes()
        try:
            train(told, processes)
        except Stopped as stopped:
            print(f"private-training: {stopped}", file=sys.stderr)
            return STOPPED
        processes.end()
    except InputError as error:
        output = root / "output"
        if output.is_dir() or (root / "input").is_dir():
            output.mkdir(parents=True, exist_ok=True)
            (output / "failure").write_text(str(error))
        print(f"private-training: {error}", file=sys.stderr)
        # the other processes wait for this one, and torchrun ends them when it is gone
        return 1
    return 0


def train(told: settings.Settings, processes: Processes) -> None:
    """Learns from the channel `train`; scores on `validation`, if there is one."""
    code = model_code(HERE / USER_FOLDER)
    records = records_of(TRAIN, told, code)
    check_units(records.units, told.privacy)
    # before anything is spent
    held_out = validation_of(records, told, code)
    if told.seed is not None:
        torch.manual_seed(told.seed + processes.rank)
    model = code.build(records.features, told.own)
    check_model(model)
    state = torch.get_rng_state()
    probe(model, code, records)
    if held_out:
        probe(model, code, held_out)
    torch.set_rng_state(state)
    training = Training(model, records, told, code, processes)
    progress = training.run()
    if not processes.is_first:
        return
    metrics = report.validate(model, held_out, code, processes.device) if held_out else {}
    privacy = report.statement(told, progress, processes)
    report.write_model(model, records, told, code, privacy)
    report.track(metrics, privacy)
    report.print_metrics(metrics, told, progress)
