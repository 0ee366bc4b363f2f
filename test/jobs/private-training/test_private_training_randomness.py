import math

import pytest
import torch
from private_training import randomness
from scipy import stats


def test_noise_is_normal_with_the_deviation_that_was_asked_for():
    found = randomness.noise(torch.Size((50, 400)), 3.0).numpy().reshape(-1)
    assert found.std() == pytest.approx(3.0, rel=0.05)
    assert abs(found.mean()) < 0.15
    assert stats.kstest(found / 3.0, "norm").pvalue > 1e-6


def test_single_normal_numbers_reach_beyond_what_single_precision_would():
    found = randomness.standard_normal(200_001)
    assert len(found) == 200_001 and found.dtype == torch.float64
    assert 3.9 < found.abs().max() < 8.7
    assert stats.kurtosis(found.numpy()) == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_the_ends_of_the_generator_are_numbers(monkeypatch, byte):
    monkeypatch.setattr(randomness.os, "urandom", lambda count: bytes([byte]) * count)
    assert torch.isfinite(randomness.standard_normal(7)).all()


@pytest.mark.parametrize("rate", [0.01, 0.3])
def test_a_sample_holds_each_with_the_rate_and_each_by_itself(rate):
    count, rounds = 2000, 60
    sizes = torch.tensor([len(randomness.drawn(count, rate)) for _ in range(rounds)], dtype=torch.float64)
    deviation = math.sqrt(count * rate * (1 - rate))
    assert sizes.mean().item() == pytest.approx(count * rate, abs=6 * deviation / math.sqrt(rounds))
    # a batch of one size, or a shuffled epoch, would hardly vary
    assert 0.5 < sizes.std().item() / deviation < 1.6


def test_a_rate_of_one_draws_all_and_of_nobody_nobody():
    assert randomness.drawn(1000, 1.0).tolist() == list(range(1000))
    assert len(randomness.drawn(0, 0.5)) == 0


def test_no_seed_of_torch_has_a_say():
    answers = []
    for _ in range(2):
        torch.manual_seed(7)
        answers.append((randomness.noise(torch.Size((9,)), 1.0).tolist(), randomness.drawn(500, 0.5).tolist()))
    assert answers[0][0] != answers[1][0] and answers[0][1] != answers[1][1]
