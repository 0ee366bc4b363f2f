"""DP-SGD: draws, clips, adds noise, counts, as often as the construct has reckoned with."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import torch

from . import checkpoint
from .accountant import IntegerOrderAccountant
from .checkpoint import Progress
from .data import Records
from .errors import Stopped
from .model_code import ModelCode
from .optimizer import DistributedPrivateOptimizer, PrivateOptimizer
from .private_model import private_model
from .processes import Processes
from .randomness import drawn
from .settings import Settings


class Training:
    """A model that learns from records in a number of private steps."""

    def __init__(
        self, model: torch.nn.Module, records: Records, settings: Settings, code: ModelCode, processes: Processes
    ) -> None:
        self.model, self.records, self.settings, self.code, self.processes = (
            model.to(processes.device),
            records,
            settings,
            code,
            processes,
        )
        privacy = settings.privacy
        self.progress = Progress(IntegerOrderAccountant())
        # Each process draws from units of its own with the same rate: together they are one Poisson sample.
        self.units = torch.arange(records.units)[processes.rank :: processes.world]
        # in the order of units, of which each has as many as it has
        self.rows = torch.argsort(records.owner, stable=True)
        self.lengths = torch.bincount(records.owner, minlength=records.units)
        self.ends = self.lengths.cumsum(0)
        self.private = private_model(self.model, processes)
        kind = DistributedPrivateOptimizer if processes.several else PrivateOptimizer
        self.optimizer = kind(
            self._plain_optimizer(),
            noise_multiplier=privacy.noise_multiplier,
            max_grad_norm=privacy.clipping_norm,
            expected_batch_size=privacy.batch_size / processes.world,
        )
        self.stopping = False

    def run(self) -> Progress:
        """Takes the steps that are left."""
        signal.signal(signal.SIGTERM, self._stop)
        self._resume()
        steps = self.settings.privacy.steps
        while self.progress.counted < steps:
            until = min(self.progress.counted + self.settings.checkpoint_steps, steps)
            self._save(until)
            while self.progress.counted < until:
                self.step()
                if self.processes.any(self.stopping):
                    self._save(self.progress.counted)
                    raise Stopped(f"stopped after {self.progress.counted} of {steps} steps")
            self._say(f"{self.progress.counted} of {steps} steps")
        self._save(steps)
        return self.progress

    def step(self) -> None:
        """One step on one Poisson sample, in parts that fit into memory."""
        units = self.units[drawn(len(self.units), self.settings.privacy.sample_rate)]
        parts = list(units.split(self.settings.max_batch)) or [units]
        for number, part in enumerate(parts, 1):
            self.optimizer.signal_skip_step(do_skip=number < len(parts))
            self._gradients(part)
            self.optimizer.step()
            self.optimizer.zero_grad()
        # as the hook of Opacus does, and once a step: a part is no sample of its own
        privacy = self.settings.privacy
        self.progress.accountant.step(noise_multiplier=privacy.noise_multiplier, sample_rate=privacy.sample_rate)
        self.progress.taken += 1

    def _gradients(self, units: torch.Tensor) -> None:
        if len(units) == 0:
            self.optimizer.owner = None
            self.optimizer.nothing_drawn()
            return
        lengths = self.lengths[units]
        owner = torch.repeat_interleave(torch.arange(len(units)), lengths)
        # the n-th record of each unit lies n places after its first
        places = torch.arange(len(owner)) - (lengths.cumsum(0) - lengths)[owner]
        chosen = self.rows[(self.ends[units] - lengths)[owner] + places]
        self.optimizer.owner = owner.to(self.processes.device) if len(owner) > len(units) else None
        x, y = (part[chosen].to(self.processes.device) for part in (self.records.x, self.records.y))
        self.code.loss(self.private(x), y).sum().backward()

    def _plain_optimizer(self) -> torch.optim.Optimizer:
        settings = self.settings
        learned = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        if settings.optimizer == "adam":
            return torch.optim.Adam(learned, lr=settings.learning_rate, weight_decay=settings.weight_decay)
        return torch.optim.SGD(
            learned, lr=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay
        )

    def _resume(self) -> None:
        folder, privacy = self.settings.checkpoints, self.settings.privacy
        if folder is None:
            return
        found = (
            checkpoint.load(folder, privacy=privacy, features=self.records.features)
            if self.processes.is_first
            else None
        )
        state = self.processes.share(found)
        if state is None:
            return
        self.progress = checkpoint.goes_on(state, privacy)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.processes.is_first:  # the others drop what they drop: theirs is not kept
            torch.set_rng_state(state["random"])
        self._say(f"goes on from a checkpoint with {self.progress.counted} of {privacy.steps} steps counted")

    def _save(self, until: int) -> None:
        if self.settings.checkpoints is None or not self.processes.is_first:
            return
        checkpoint.save(
            self.settings.checkpoints,
            privacy=self.settings.privacy,
            progress=self.progress,
            until=until,
            features=self.records.features,
            model=self.model.state_dict(),
            optimizer=self.optimizer.state_dict(),
        )

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _say(self, text: str) -> None:
        if self.processes.is_first:
            print(text, file=sys.stderr, flush=True)
