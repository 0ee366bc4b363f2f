"""The records of a channel, and whose they are.

What a message says of a file is numbers: its name is somebody else's text, and its first line is a person where the header is missing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .errors import InputError
from .model_code import ModelCode
from .settings import Privacy, Settings

TRAIN, VALIDATION = "train", "validation"


@dataclass(frozen=True)
class Records:
    """Records as tensors, with the number of the unit that each belongs to."""

    x: torch.Tensor
    y: torch.Tensor
    owner: torch.Tensor
    units: int
    features: list[str]


def records_of(channel: str, settings: Settings, code: ModelCode) -> Records:
    """The records of a channel, checked; raises on what cannot be learned from."""
    folder = settings.channels[channel]
    if code.load:
        loaded = code.load(folder, settings.own)
        if not isinstance(loaded, tuple) or len(loaded) not in (2, 3):
            raise InputError("load of model.py returns no (x, y) or (x, y, person); return one of them")
        x, y, *person = loaded
        features: list[str] = []
        places: list[int] = []
    else:
        x, y, person, features, places = _csv(channel, folder, settings)
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    if len(x) == 0:
        raise InputError(f"channel {channel!r} holds no record; see what the step before wrote")
    if len(y) != len(x) or any(len(one) != len(x) for one in person):
        raise InputError(
            f"channel {channel!r} has {len(x)} records and {len(y)} labels; load has to return one for each"
        )
    _check_finite(channel, x, y, places)
    if channel != TRAIN or settings.privacy.unit == "record":
        return Records(x, y, torch.arange(len(x)), len(x), features)
    if not person:
        raise InputError(
            "dp_unit is person, and nothing says whose a record is; name the column in hyperparameter person, or have load"
            " return (x, y, person)"
        )
    names, owner = np.unique(np.asarray(person[0]), return_inverse=True)
    return Records(x, y, torch.as_tensor(owner.reshape(-1)), len(names), features)


def validation_of(records: Records, settings: Settings, code: ModelCode) -> Records | None:
    """The records to score, if there are any: of the same columns as those to learn from."""
    if VALIDATION not in settings.channels:
        return None
    found = records_of(VALIDATION, settings, code)
    if found.features != records.features or found.x.shape[1:] != records.x.shape[1:]:
        raise InputError(
            f"channel {VALIDATION!r} has other columns than {TRAIN!r}; take both from one run of the step before"
        )
    return found


def check_units(units: int, privacy: Privacy) -> None:
    """Passes where there are as many units as the construct has reckoned with."""
    if units < privacy.records:
        raise InputError(
            f"the data holds {units} {privacy.unit}s, and dp_records says {privacy.records}; the sample rate and δ rest on no"
            " fewer: lower records in DifferentialPrivacy.dpSgd to what there always is, and the ε of synth follows"
        )
    if privacy.delta >= 1 / units:
        raise InputError(
            f"dp_delta is {privacy.delta:g}, not below 1 / {units} {privacy.unit}s, so that one of them might be given away;"
            " lower delta in DifferentialPrivacy.dpSgd"
        )


def _check_finite(channel: str, x: torch.Tensor, y: torch.Tensor, places: list[int]) -> None:
    wrong = (
        ~torch.isfinite(x.reshape(len(x), -1)) if x.is_floating_point() else torch.zeros(len(x), 1, dtype=torch.bool)
    )
    wrong_label = (
        ~torch.isfinite(y.reshape(len(y), -1)).all(1)
        if y.is_floating_point()
        else torch.zeros(len(y), dtype=torch.bool)
    )
    bad = wrong.any(1) | wrong_label
    if not bad.any():
        return
    columns = [f"column {places[column]}" for column in wrong.any(0).nonzero().reshape(-1).tolist()] if places else []
    named = f" in {', '.join(columns + (['the label'] if wrong_label.any() else []))}" if places else ""
    raise InputError(
        f"channel {channel!r} has {int(bad.sum())} records with a missing or infinite value{named}, the first is number"
        f" {int(bad.nonzero()[0]) + 1}; fill them with a constant, or leave such records out, in a step before"
    )


def _csv(
    channel: str, folder: Path, settings: Settings
) -> tuple[torch.Tensor, torch.Tensor, list[np.ndarray], list[str], list[int]]:
    """x, y and persons, with the names of the features and which columns of the file they are, counted from 1."""
    label, person = settings.own.get("label"), settings.own.get("person")
    if label is None:
        raise InputError(
            "the job was not told which column is the label; give hyperparameter label, or define load in model.py"
        )
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError(
            f"channel {channel!r} has no *.csv in {folder}; name the output of the step before, or define load in model.py"
        )
    header: list[str] | None = None
    rows: list[list[str]] = []
    for number, file in enumerate(files, 1):
        named = f"file {number} of {len(files)} of channel {channel!r}"
        try:
            found, own = _read(named, file)
        except UnicodeDecodeError:
            raise InputError(f"{named} is no UTF-8; write it again, or define load in model.py") from None
        except csv.Error:
            raise InputError(
                f"{named} is no CSV, or has a field of over 128 KiB; write it again, or define load in model.py"
            ) from None
        if header is not None and found != header:
            raise InputError(f"{named} has other columns than the first; write all with the same header")
        header = found
        rows += own
    names = header or []
    for column in [label, *([person] if person and channel == TRAIN else [])]:
        if column not in names:
            raise InputError(
                f"channel {channel!r} has no column {column!r} among its {len(names)}; write a header that names it in each file"
            )
    places = [place for place, name in enumerate(names, 1) if name not in (label, person)]
    features = [names[place - 1] for place in places]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {name: () for name in names}
    x = (
        np.column_stack([_numbers(channel, f"column {place}", columns[names[place - 1]]) for place in places])
        if features
        else np.empty((len(rows), 0))
    )
    if not features:
        raise InputError(f"channel {channel!r} has no column beside the label; write at least one feature")
    return (
        torch.as_tensor(x, dtype=torch.float32),
        torch.as_tensor(_numbers(channel, "the label", columns[label]), dtype=torch.float32),
        [np.asarray(columns[person])] if person in names else [],
        features,
        places,
    )


def _read(named: str, file: Path) -> tuple[list[str], list[list[str]]]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.reader(lines)
        header = next(reader, None)
        if header is None:
            raise InputError(f"{named} is empty; write a header and a line for each record")
        rows = []
        for row in reader:
            if len(row) != len(header):
                raise InputError(
                    f"{named} has {len(row)} fields of {len(header)} in line {reader.line_num}; write it again"
                )
            rows.append(row)
    return header, rows


def _numbers(channel: str, named: str, texts: tuple[str, ...]) -> np.ndarray:
    try:
        return np.array([float(text) if text.strip() else np.nan for text in texts], dtype=np.float64)
    except ValueError:
        numbers = (number for number, text in enumerate(texts, 1) if not _is_number(text))
        raise InputError(
            f"{named} of channel {channel!r} holds something else than a number in record {next(numbers)};"
            " turn it into numbers in a step before, or define load in model.py"
        ) from None


def _is_number(text: str) -> bool:
    try:
        float(text or "0")
    except ValueError:
        return False
    return True
