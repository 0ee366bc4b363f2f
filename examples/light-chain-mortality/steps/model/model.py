"""The risk of death within five years: two small layers. All that a private training has to be given."""

from __future__ import annotations

from torch import nn


def build(features: list[str], hyperparameters: dict[str, str]) -> nn.Module:
    hidden = int(hyperparameters.get("hidden", "16"))
    return nn.Sequential(nn.Linear(len(features), hidden), nn.Tanh(), nn.Linear(hidden, 1))
