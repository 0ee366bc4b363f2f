"""Randomness that nobody can foretell: from the operating system, for the sample and for the noise.

`secure_mode` of Opacus takes it from torchcsprng, which is built for no PyTorch after 1.8. Nothing here has a seed or a
state: who knew one could take the noise away again.
"""

from __future__ import annotations

import math
import os

import torch

_BITS = 53  # of a double's fraction
_SUMMANDS = 4


def _uniform_bits(count: int) -> torch.Tensor:
    words = torch.frombuffer(bytearray(os.urandom(8 * count)), dtype=torch.int64)
    return words & ((1 << _BITS) - 1)


def drawn(count: int, rate: float) -> torch.Tensor:
    """Which of `count` units are in a Poisson sample: each by itself, with the probability `rate`."""
    if count == 0:
        return torch.zeros(0, dtype=torch.int64)
    return (_uniform_bits(count) < math.ceil(rate * 2**_BITS)).nonzero().reshape(-1)


def standard_normal(count: int) -> torch.Tensor:
    """Normal numbers in double precision, by Box and Muller; none lies beyond 8.7."""
    half = (count + 1) // 2
    first, second = ((_uniform_bits(2 * half).to(torch.float64) + 0.5) / 2**_BITS).reshape(2, half)
    radius, angle = torch.sqrt(-2 * torch.log(first)), 2 * math.pi * second
    return torch.cat((radius * torch.cos(angle), radius * torch.sin(angle)))[:count]


def noise(shape: torch.Size, deviation: float) -> torch.Tensor:
    """Gaussian noise in double precision.

    Each number is half the sum of four, since the last bits of a single one betray which sums it can have come from
    (Holohan, Braghin 2021, https://arxiv.org/abs/2107.10138, section 5.1).
    """
    count = math.prod(shape)
    return (standard_normal(_SUMMANDS * count).reshape(_SUMMANDS, *shape).sum(0)) * (deviation / math.sqrt(_SUMMANDS))
