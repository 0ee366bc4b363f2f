"""What a job is told: the numbers of its privacy, which a construct has reckoned with, and its own hyperparameters.

Read from $ML_ROOT/input/config/hyperparameters.json and SM_HPS (SageMaker) and from arguments `--name value` (Azure ML, and the
toolkit of SageMaker's images), where the later counts. An argument that names a folder is a channel; `--model` and
`--checkpoints` say where to write.

Privacy (all of them, from `DifferentialPrivacy.dpSgd` of the construct; never from anywhere else):
    dp_mechanism dp_unit dp_noise_multiplier dp_clipping_norm dp_sample_rate dp_batch_size dp_steps dp_sampling dp_records
    dp_delta dp_epsilon; dp_epochs and dp_reservation are left alone

Training (whatever else is given goes to `build` of the model, with these):
    label             column that is to be foretold, where the data is CSV
    person            column that says whose a record is, where the data is CSV; needed where dp_unit is person
    optimizer         sgd (default) or adam
    learning_rate     above 0, default 0.1
    momentum          0 to 1, default 0; of sgd
    weight_decay      0 or more, default 0
    max_batch         units whose gradients are in memory at a time, default 512; the loss does not depend on it
    checkpoint_steps  steps between checkpoints, default a twentieth of all
    seed              of the first weights and of dropout, never of the sample or the noise; default drawn
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from pathlib import Path

from .accountant import planned_epsilon
from .errors import InputError

ADDED_BY_SAGEMAKER = ("sagemaker_", "_tuning")
LEFT_ALONE = ("dp_epochs", "dp_reservation")
UNITS = ("record", "person")
FROM_THE_CONSTRUCT = "give the step privacy, such as DifferentialPrivacy.dpSgd, and its numbers arrive"

# what people are used to give, and what would change the loss
NOT_TAKEN = {
    **dict.fromkeys(("batch_size", "train_batch_size", "per_device_train_batch_size"), "batchSize"),
    **dict.fromkeys(("epochs", "num_epochs", "num_train_epochs"), "epochs"),
    **dict.fromkeys(("steps", "max_steps"), "steps"),
    **dict.fromkeys(("noise_multiplier", "sigma"), "noiseMultiplier"),
    **dict.fromkeys(("max_grad_norm", "clipping_norm", "gradient_clip_val"), "clippingNorm"),
    **dict.fromkeys(("sample_rate", "sampling_rate"), "sampleRate"),
    **dict.fromkeys(("target_epsilon", "epsilon"), "targetEpsilon"),
    **dict.fromkeys(("target_delta", "delta"), "delta"),
}
ACCUMULATION = ("gradient_accumulation_steps", "accumulate_grad_batches", "accumulation_steps")
WEIGHTED = ("sampler", "sample_weight", "sample_weights", "sampling_weights", "class_sampler")


@dataclass(frozen=True)
class Privacy:
    """The numbers of the construct."""

    unit: str
    noise_multiplier: float
    clipping_norm: float
    sample_rate: float
    batch_size: float
    steps: int
    records: int
    delta: float
    epsilon: float

    @property
    def identity(self) -> dict[str, float | int | str]:
        """What a checkpoint has to agree with; the norm as well, for what was learned with another was learned otherwise."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Settings:
    """All that a job is told."""

    privacy: Privacy
    own: dict[str, str]
    optimizer: str
    learning_rate: float
    momentum: float
    weight_decay: float
    max_batch: int
    checkpoint_steps: int
    seed: int | None
    reservation: str | None
    channels: dict[str, Path]
    model_folder: Path
    checkpoints: Path | None
    root: Path = field(repr=False)


def read(arguments: list[str], root: Path) -> Settings:
    """What the job is told; raises on what is missing, unknown or not what the construct has reckoned with."""
    texts, folders = _arguments(arguments)
    given = {**_file(root), **_environment(), **texts}
    given = {name: text for name, text in given.items() if not name.startswith(ADDED_BY_SAGEMAKER)}
    privacy = _privacy({name: text for name, text in given.items() if name.startswith("dp_")})
    own = {name: text for name, text in given.items() if not name.startswith("dp_")}
    _refuse(own)
    number = _Numbers(own)
    optimizer = own.get("optimizer", "sgd")
    if optimizer not in ("sgd", "adam"):
        raise InputError(f"hyperparameter optimizer is {optimizer!r}, allowed are sgd, adam; correct the training job")
    return Settings(
        privacy=privacy,
        own={name: text for name, text in own.items() if name != "checkpoints"},
        optimizer=optimizer,
        learning_rate=number("learning_rate", 0.1, above=0),
        momentum=number("momentum", 0.0, at_least=0, below=1),
        weight_decay=number("weight_decay", 0.0, at_least=0),
        max_batch=number("max_batch", 512, at_least=1, whole=True),
        checkpoint_steps=number("checkpoint_steps", max(1, privacy.steps // 20), at_least=1, whole=True),
        seed=number("seed", None, at_least=0, whole=True),
        reservation=given.get("dp_reservation"),
        channels=_channels(root, folders),
        model_folder=folders.get("model") or Path(os.environ.get("SM_MODEL_DIR") or root / "model"),
        checkpoints=_checkpoints(root, folders, own),
        root=root,
    )


def _file(root: Path) -> dict[str, str]:
    file = root / "input/config/hyperparameters.json"
    return _texts(file.read_text(), str(file)) if file.is_file() else {}


def _environment() -> dict[str, str]:
    return _texts(os.environ["SM_HPS"], "SM_HPS") if os.environ.get("SM_HPS") else {}


def _texts(text: str, where: str) -> dict[str, str]:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{where} is not JSON: {error}; write an object of strings") from error
    if not isinstance(values, dict):
        raise InputError(f"{where} holds a {type(values).__name__}; write an object of strings")
    return {name: str(value).strip('"') for name, value in values.items()}  # a toolkit puts texts in quotes


def _arguments(arguments: list[str]) -> tuple[dict[str, str], dict[str, Path]]:
    if len(arguments) % 2:
        raise InputError(f"there are {len(arguments)} arguments; give pairs of --name and value")
    texts: dict[str, str] = {}
    folders: dict[str, Path] = {}
    for name, value in zip(arguments[::2], arguments[1::2], strict=True):
        if not name.startswith("--"):
            raise InputError(f"argument {name!r} is no --name; give pairs of --name and value")
        key = name[2:]
        if key in ("model", "checkpoints") or (Path(value).is_absolute() and Path(value).is_dir()):
            folders[key] = Path(value)
        else:
            texts[key] = value.strip('"')
    return texts, folders


def _channels(root: Path, folders: dict[str, Path]) -> dict[str, Path]:
    data = root / "input/data"
    mounted = {folder.name: folder for folder in sorted(data.iterdir()) if folder.is_dir()} if data.is_dir() else {}
    channels = {**mounted, **{name: folder for name, folder in folders.items() if name not in ("model", "checkpoints")}}
    channels.pop("code", None)
    if "train" not in channels:
        others = [name for name in channels if name != "validation"]
        if len(others) != 1:
            raise InputError(f"the inputs are {', '.join(channels) or 'none'}; name the one to learn from 'train'")
        channels["train"] = channels.pop(others[0])
    return channels


def _checkpoints(root: Path, folders: dict[str, Path], own: dict[str, str]) -> Path | None:
    usual = root / "checkpoints"
    named = folders.get("checkpoints") or (Path(own["checkpoints"]) if "checkpoints" in own else None)
    return named or (usual if usual.is_dir() else None)


def _refuse(own: dict[str, str]) -> None:
    for name, prop in NOT_TAKEN.items():
        if name in own:
            raise InputError(
                f"hyperparameter {name} is given beside the privacy of the step, from which the loss is reckoned;"
                f" leave it out, and set {prop} in DifferentialPrivacy.dpSgd"
            )
    for name in ACCUMULATION:
        if name in own:
            raise InputError(
                f"hyperparameter {name} would put several samples into one step, at a rate that nobody reckoned with;"
                " leave it out: batches of any size are cut to max_batch, and batchSize in DifferentialPrivacy.dpSgd says how large"
            )
    for name in WEIGHTED:
        if name in own:
            raise InputError(
                f"hyperparameter {name} asks for weighted sampling, of which no loss can be stated; leave it out, and"
                " weigh the records in `loss` of the model"
            )


class _Numbers:
    """Numbers of hyperparameters, within bounds."""

    def __init__(self, given: dict[str, str]) -> None:
        self.given = given

    def __call__(
        self,
        name: str,
        default: float | None,
        *,
        above: float = -math.inf,
        at_least: float = -math.inf,
        below: float = math.inf,
        at_most: float = math.inf,
        whole: bool = False,
    ):
        if name not in self.given:
            return default
        text = self.given[name]
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value > above and at_least <= value <= at_most and value < below):
            value = math.nan
        if math.isnan(value) or (whole and value != int(value)):
            bounds = [
                *(["whole"] if whole else []),
                *([f"above {above}"] if above > -math.inf else []),
                *([f"from {at_least}"] if at_least > -math.inf else []),
                *([f"below {below}"] if below < math.inf else []),
                *([f"up to {at_most}"] if at_most < math.inf else []),
            ]
            raise InputError(f"hyperparameter {name} is {text!r}, allowed are numbers {', '.join(bounds)}; correct it")
        return int(value) if whole else value


def _privacy(given: dict[str, str]) -> Privacy:
    wanted = [f"dp_{name}" for name in ("mechanism", "unit", "sampling", *Privacy.__dataclass_fields__)]
    missing = sorted(set(wanted) - given.keys())
    if missing:
        raise InputError(f"the job was not told {', '.join(missing)}; {FROM_THE_CONSTRUCT}")
    unknown = sorted(given.keys() - set(wanted) - set(LEFT_ALONE))
    if unknown:
        raise InputError(f"the job was told {', '.join(unknown)}, which mean nothing here; {FROM_THE_CONSTRUCT}")
    if given["dp_mechanism"] != "dp-sgd":
        raise InputError(
            f"dp_mechanism is {given['dp_mechanism']!r}, and this code does dp-sgd alone; use DifferentialPrivacy.dpSgd"
        )
    if given["dp_sampling"] != "poisson":
        raise InputError(
            f"dp_sampling is {given['dp_sampling']!r}, and this code draws each unit by itself (poisson), which loses far"
            " less; leave sampling out of DifferentialPrivacy.dpSgd"
        )
    if given["dp_unit"] not in UNITS:
        raise InputError(f"dp_unit is {given['dp_unit']!r}, allowed are {', '.join(UNITS)}; set unit in dpSgd")
    number = _Numbers(given)
    privacy = Privacy(
        unit=given["dp_unit"],
        noise_multiplier=number("dp_noise_multiplier", None, above=0),
        clipping_norm=number("dp_clipping_norm", None, above=0),
        sample_rate=number("dp_sample_rate", None, above=0, at_most=1),
        batch_size=number("dp_batch_size", None, above=0),
        steps=number("dp_steps", None, at_least=1, whole=True),
        records=number("dp_records", None, at_least=1, whole=True),
        delta=number("dp_delta", None, above=0, below=1),
        epsilon=number("dp_epsilon", None, at_least=0),
    )
    _agree(privacy)
    return privacy


def _agree(privacy: Privacy) -> None:
    """Passes where the numbers are those of one reckoning."""
    expected = privacy.sample_rate * privacy.records
    if not math.isclose(privacy.batch_size, expected, rel_tol=1e-9):
        raise InputError(
            f"dp_batch_size is {privacy.batch_size:g}, and dp_sample_rate of dp_records is {expected:g};"
            f" {FROM_THE_CONSTRUCT}, all of one reckoning"
        )
    epsilon = planned_epsilon(
        noise_multiplier=privacy.noise_multiplier,
        sample_rate=privacy.sample_rate,
        steps=privacy.steps,
        delta=privacy.delta,
    )
    if not math.isclose(epsilon, privacy.epsilon, rel_tol=1e-6, abs_tol=1e-9):
        raise InputError(
            f"dp_epsilon is {privacy.epsilon:g}, and the accountant here comes to {epsilon:g} for {privacy.steps} steps with"
            f" σ = {privacy.noise_multiplier:g} and q = {privacy.sample_rate:g}; {FROM_THE_CONSTRUCT}, all of one reckoning"
        )
