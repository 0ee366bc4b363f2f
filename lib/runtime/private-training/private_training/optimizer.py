"""Clipping by unit and noise of the operating system, in the optimizers of Opacus."""

from __future__ import annotations

from collections.abc import Callable

import torch
from opacus.optimizers import DistributedDPOptimizer, DPOptimizer

from .errors import InputError
from .randomness import noise


class PrivateOptimizer(DPOptimizer):
    """Clips all of a unit as one, and adds noise that nobody can foretell."""

    owner: torch.Tensor | None = None
    """For each record of the step its unit, numbered from 0; none where each record is one."""

    def nothing_drawn(self) -> None:
        """A step on an empty sample: noise alone. Not every layer takes a batch of no records."""
        for p in self.params:
            p.grad_sample = torch.zeros((0, *p.shape), device=p.device, dtype=p.dtype)

    def pre_step(self, closure: Callable[[], float] | None = None) -> bool | None:
        if any(p.grad_sample is None for p in self.params):
            raise InputError(
                "a parameter of the model has no gradient, since forward does not use it; use it, or freeze it with"
                " requires_grad = False"
            )
        return super().pre_step(closure)

    def clip_and_accumulate(self) -> None:
        if self.owner is not None:
            for p in self.params:
                p.grad_sample = _mean_by_unit(p.grad_sample, self.owner)
        super().clip_and_accumulate()
        if not all(torch.isfinite(p.summed_grad).all() for p in self.params):
            raise InputError(
                "a gradient is not finite, and no clipping bounds it; lower learning_rate, or change the model"
            )

    def add_noise(self) -> None:
        for p in self.params:
            added = noise(p.summed_grad.shape, self.noise_multiplier * self.max_grad_norm).to(p.device)
            p.grad = (p.summed_grad.double() + added).to(p.dtype).view_as(p)


# Opacus adds noise in the first process only, to a sum over all of them.
class DistributedPrivateOptimizer(DistributedDPOptimizer, PrivateOptimizer):
    """The same in several processes."""


def _mean_by_unit(gradients: torch.Tensor, owner: torch.Tensor) -> torch.Tensor:
    counts = torch.bincount(owner)
    sums = torch.zeros((len(counts), *gradients.shape[1:]), device=gradients.device, dtype=gradients.dtype)
    sums.index_add_(0, owner, gradients)
    return sums / counts.reshape(-1, *[1] * (gradients.dim() - 1)).to(gradients.dtype)
