"""What a training gives out: the model, the statement of its privacy, and what it did."""

from __future__ import annotations

import json
import os
import shutil
from importlib.metadata import version
from pathlib import Path

import torch

from .accountant import ORDERS
from .checkpoint import Progress
from .data import Records
from .model_code import ModelCode
from .processes import Processes
from .settings import Settings

LOADER = Path(__file__).with_name("trained_model.py")
BATCH = 4096


def statement(settings: Settings, progress: Progress, processes: Processes) -> dict:
    """The loss of this training, with what it rests on."""
    privacy = settings.privacy
    epsilon, order = progress.accountant.guarantee(privacy.delta)
    return {
        "mechanism": "dp-sgd",
        "unit": privacy.unit,
        "epsilon": epsilon,
        "delta": privacy.delta,
        "order": order,
        "planned_epsilon": privacy.epsilon,
        "noise_multiplier": privacy.noise_multiplier,
        "clipping_norm": privacy.clipping_norm,
        "sampling": "poisson",
        "sample_rate": privacy.sample_rate,
        "batch_size": privacy.batch_size,
        "records": privacy.records,
        "steps": progress.counted,
        "steps_in_model": progress.taken,
        "processes": processes.world,
        "accountant": f"Rényi differential privacy at the integer orders {ORDERS[0]} to {ORDERS[-1]}",
        "randomness": "sample and noise from the generator of the operating system; each number of noise is half the sum of four",
        "reservation": settings.reservation,
        "versions": {name: version(name) for name in ("torch", "opacus")},
        "text": (
            f"For each {privacy.unit}, this model is (ε, δ)-differentially private with ε = {epsilon:.6g} and δ = {privacy.delta:g}:"
            f" {progress.counted} steps of DP-SGD with σ = {privacy.noise_multiplier:g}, q = {privacy.sample_rate:g} and a norm of"
            f" {privacy.clipping_norm:g}. It says nothing of people whose data validates or tests the model, nor of anything else"
            " that was computed on the data, such as scales and vocabularies."
        ),
    }


def write_model(model: torch.nn.Module, records: Records, settings: Settings, code: ModelCode, privacy: dict) -> None:
    """`model.pt`, `schema.json`, `privacy.json` and the code that loads them again."""
    folder = settings.model_folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, folder / "model.pt")
    schema = {"features": records.features, "label": settings.own.get("label"), "hyperparameters": settings.own}
    for name, content in (("schema.json", schema), ("privacy.json", privacy)):
        (folder / name).write_text(
            json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
        )
    shutil.copytree(
        code.folder, folder / "code", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    shutil.copyfile(LOADER, folder / "code" / LOADER.name)


def validate(model: torch.nn.Module, records: Records, code: ModelCode, device: torch.device) -> dict[str, float]:
    """Mean loss and, of two classes, the area under the curve, on people whom the ε does not protect."""
    model.eval()
    with torch.no_grad():
        output = torch.cat([model(part.to(device)).cpu() for part in records.x.split(BATCH)])
    model.train()
    found = {"loss": code.loss(output, records.y).mean().item()}
    one_output = output.dim() == 1 or output.shape[1] == 1
    if one_output and set(records.y.unique().tolist()) == {0.0, 1.0}:
        found["auc"] = auc(output.reshape(-1), records.y)
    return found


def auc(scores: torch.Tensor, y: torch.Tensor) -> float:
    """Chance that a record of class 1 has the higher score than one of class 0; a tie counts half."""
    _, place, counts = scores.double().unique(return_inverse=True, return_counts=True)
    ranks = counts.cumsum(0).double() - (counts.double() - 1) / 2  # the mean rank of those with the same score
    positive = y == 1
    of_positive, of_negative = int(positive.sum()), int((~positive).sum())
    return ((ranks[place][positive].sum() - of_positive * (of_positive + 1) / 2) / (of_positive * of_negative)).item()


def print_metrics(metrics: dict[str, float], settings: Settings, progress: Progress) -> None:
    """In the form that the metric definitions of the step find, what the ledger settles by last of all."""
    for name, value in metrics.items():
        print(f"validation:{name}={value:.6f}")
    privacy = settings.privacy
    print(f"dp_epsilon={progress.accountant.guarantee(privacy.delta)[0]!r}")
    print(f"dp_noise_multiplier={privacy.noise_multiplier!r}")
    print(f"dp_sample_rate={privacy.sample_rate!r}")
    print(f"dp_steps={progress.counted}", flush=True)


def track(metrics: dict[str, float], privacy: dict) -> None:
    """The same for MLflow, where a job of Azure ML has it: metrics by names that a sweep can be after, and tags of the run."""
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        return
    import mlflow  # the images of Azure ML have it

    for name, value in metrics.items():
        mlflow.log_metric(f"validation_{name}", value)
    mlflow.set_tags(
        {
            f"privacy_{name}": str(privacy[name])
            for name in ("epsilon", "delta", "unit", "steps", "noise_multiplier", "sample_rate")
        }
    )
