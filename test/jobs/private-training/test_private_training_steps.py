"""One step by hand: what is clipped, what is divided by, what is drawn. The noise is taken out where it would hide that."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import told
from private_training import model_code, optimizer, settings, training
from private_training.data import Records
from torch import nn

NORM, RATE_OF_LEARNING = 0.5, 0.1


class OneProcess:
    world, rank, several, is_first, device = 1, 0, False, True, torch.device("cpu")

    @staticmethod
    def any(flag):
        return flag

    @staticmethod
    def share(value):
        return value


def code(loss=model_code.cross_entropy):
    return model_code.ModelCode(None, None, None, loss, True)


@pytest.fixture
def silent(monkeypatch):
    monkeypatch.setattr(optimizer, "noise", lambda shape, deviation: torch.zeros(shape, dtype=torch.float64))


@pytest.fixture
def chosen(tmp_path):
    """Settings of synth for one step on all units, or others."""

    def make(name="all", **more):
        (tmp_path / "train").mkdir(exist_ok=True)
        numbers = [
            part
            for key, value in told(name, learning_rate=RATE_OF_LEARNING, **more).items()
            for part in (f"--{key}", value)
        ]
        return settings.read(["--train", str(tmp_path / "train"), *numbers], tmp_path)

    return make


def records(units: np.ndarray, seed: int = 1) -> Records:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(len(units), 3, generator=generator) * 4
    y = (torch.rand(len(units), generator=generator) > 0.5).float()
    return Records(x, y, torch.as_tensor(units), int(units.max()) + 1, ["a", "b", "c"])


def model() -> nn.Module:
    torch.manual_seed(5)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))


def flat(net: nn.Module) -> torch.Tensor:
    return torch.cat([parameter.detach().reshape(-1) for parameter in net.parameters()])


def by_hand(net: nn.Module, data: Records, divisor: float) -> torch.Tensor:
    """The weights after one step: each unit's mean gradient clipped, added up, divided by the batch that was expected."""
    total = torch.zeros_like(flat(net))
    for unit in range(data.units):
        rows = data.owner == unit
        net.zero_grad()
        model_code.cross_entropy(net(data.x[rows]), data.y[rows]).mean().backward()
        gradient = torch.cat([parameter.grad.reshape(-1) for parameter in net.parameters()])
        total += gradient * min(1.0, NORM / gradient.norm().item())
    return flat(net) - RATE_OF_LEARNING * total / divisor


@pytest.mark.parametrize("max_batch", [512, 7, 1])
@pytest.mark.parametrize("units", [np.arange(64), np.arange(200) % 64], ids=["records", "persons with several"])
def test_a_step_clips_each_unit_and_divides_by_the_expected_batch(silent, chosen, units, max_batch):
    data, net = records(units), model()
    expected = by_hand(net, data, divisor=64)
    made = training.Training(net, data, chosen(max_batch=max_batch), code(), OneProcess())
    made.step()
    assert torch.allclose(flat(net), expected, atol=2e-6)
    assert not torch.allclose(flat(net), flat(model()), atol=1e-4)
    assert (made.progress.counted, made.progress.taken) == (1, 1)


def test_a_person_does_no_more_than_the_norm_however_many_records_there_are(silent, chosen):
    data = records(np.r_[np.arange(64), np.zeros(500, dtype=int)])
    steep = replace(data, x=data.x * torch.where(data.owner == 0, 1000.0, 0.0)[:, None])
    net = nn.Linear(3, 1, bias=False)
    before = flat(net)
    training.Training(net, steep, chosen(), code(), OneProcess()).step()
    assert (flat(net) - before).norm().item() == pytest.approx(RATE_OF_LEARNING * NORM / 64, rel=1e-3)


def test_a_step_that_draws_nobody_is_noise_and_is_counted(monkeypatch, chosen):
    monkeypatch.setattr(training, "drawn", lambda count, rate: torch.zeros(0, dtype=torch.int64))
    data, net = records(np.arange(64)), model()
    made = training.Training(net, data, chosen(), code(), OneProcess())
    before = flat(net)
    made.step()
    assert made.progress.counted == 1
    assert (flat(net) - before).std().item() == pytest.approx(RATE_OF_LEARNING * 2 * NORM / 64, rel=0.6)


def test_noise_has_the_deviation_of_the_construct(chosen):
    wide = nn.Linear(100, 100, bias=False)
    data = Records(torch.zeros(64, 100), torch.zeros(64), torch.arange(64), 64, [])
    before = flat(wide)
    told_settings = chosen()
    training.Training(wide, data, told_settings, code(lambda output, y: output.sum(1)), OneProcess()).step()
    privacy = told_settings.privacy
    expected = RATE_OF_LEARNING * privacy.noise_multiplier * privacy.clipping_norm / privacy.batch_size
    assert (flat(wide) - before).std().item() == pytest.approx(expected, rel=0.05)


def test_each_step_draws_anew_with_the_rate_of_the_construct(monkeypatch, silent, chosen):
    sizes = []
    drawn = training.drawn

    def watched(count, rate):
        sizes.append((count, rate))
        return drawn(count, rate)

    monkeypatch.setattr(training, "drawn", watched)
    made = training.Training(model(), records(np.arange(64)), chosen("records"), code(), OneProcess())
    assert made.run().counted == 8
    assert sizes == [(64, 0.25)] * 8


def test_processes_share_the_units_among_them(chosen, monkeypatch):
    monkeypatch.setattr(training, "private_model", lambda net, processes: net)
    monkeypatch.setattr(training, "DistributedPrivateOptimizer", lambda plain, **more: more)
    parts = []
    for rank in range(3):
        process = type("Process", (OneProcess,), {"world": 3, "rank": rank, "several": True})()
        made = training.Training(model(), records(np.arange(64)), chosen("records"), code(), process)
        assert made.optimizer["expected_batch_size"] == pytest.approx(16 / 3)
        parts += made.units.tolist()
    assert sorted(parts) == list(range(64))
