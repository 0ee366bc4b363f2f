import pytest
from conftest import SYNTH
from opacus.accountants import RDPAccountant
from private_training.accountant import IntegerOrderAccountant, planned_epsilon

ALL = [*SYNTH["trainings"].values(), *SYNTH["accounts"]]
NUMBERS = [
    {name: float(told[f"dp_{name}"]) for name in ("noise_multiplier", "sample_rate", "steps", "delta", "epsilon")}
    for told in ALL
]


@pytest.mark.parametrize(
    "numbers", NUMBERS, ids=lambda numbers: f"q={numbers['sample_rate']:.4g} σ={numbers['noise_multiplier']:.4g}"
)
def test_opacus_comes_to_the_epsilon_of_synth(numbers):
    planned = {**numbers, "steps": int(numbers["steps"])}
    epsilon = planned.pop("epsilon")
    assert planned_epsilon(**planned) == pytest.approx(epsilon, rel=1e-9)


def test_the_orders_of_opacus_itself_come_to_another():
    numbers = NUMBERS[-4]
    accountant = RDPAccountant()
    accountant.history = [(numbers["noise_multiplier"], numbers["sample_rate"], int(numbers["steps"]))]
    assert accountant.get_epsilon(numbers["delta"]) > numbers["epsilon"] * 1.2


def test_steps_that_are_counted_one_by_one_come_to_the_same():
    numbers = NUMBERS[0]
    accountant = IntegerOrderAccountant()
    assert accountant.guarantee(numbers["delta"]) == (0.0, None)
    accountant.count(
        int(numbers["steps"]), noise_multiplier=numbers["noise_multiplier"], sample_rate=numbers["sample_rate"]
    )
    epsilon, order = accountant.guarantee(numbers["delta"])
    assert epsilon == pytest.approx(numbers["epsilon"], rel=1e-12)
    assert accountant.steps == 60 and 2 <= order <= 256


def test_a_loss_below_nothing_is_nothing():
    accountant = IntegerOrderAccountant()
    accountant.count(1, noise_multiplier=1e6, sample_rate=1e-6)
    assert accountant.guarantee(0.5)[0] == 0.0
