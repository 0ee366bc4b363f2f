"""What dp-accounting and mpmath say of mechanisms: JSON in, JSON out.

In: {"cases": [{"parts": [[sampleRate, noiseMultiplier, steps], ...], "delta": d, "pld": bool, "selection": {"mean": m, "shape": s} | null}],
     "divergences": [[sampleRate, noiseMultiplier, order], ...]}
Out: the same lists with answers; a shape of null is the Poisson distribution.
"""

import json
import math
import sys

import dp_accounting as dp
import mpmath
from dp_accounting import dp_event
from dp_accounting.pld import pld_privacy_accountant
from dp_accounting.rdp import rdp_privacy_accountant

ORDERS = list(range(2, 257))
mpmath.mp.dps = 50


def event_of(parts):
    """A composition of sampled Gaussian mechanisms."""
    return dp.ComposedDpEvent(
        [dp.SelfComposedDpEvent(dp.PoissonSampledDpEvent(rate, dp.GaussianDpEvent(noise)) if rate < 1 else dp.GaussianDpEvent(noise), steps) for rate, noise, steps in parts]
    )


def case(given):
    """ε and order by Rényi divergences, and ε by privacy loss distributions where asked for."""
    event = event_of(given["parts"])
    selection = given.get("selection")
    if selection:
        shape = math.inf if selection["shape"] is None else selection["shape"]
        event = dp_event.RepeatAndSelectDpEvent(event, selection["mean"], shape)
    accountant = rdp_privacy_accountant.RdpAccountant(orders=ORDERS)
    accountant.compose(event)
    epsilon, order = accountant.get_epsilon_and_optimal_order(given["delta"])
    answer = {"epsilon": epsilon, "order": int(order)}
    if given.get("pld"):
        exact = pld_privacy_accountant.PLDAccountant()
        exact.compose(event)
        answer["pld"] = exact.get_epsilon(given["delta"])
    return answer


def divergence(rate, noise, order):
    """The Rényi divergence at an integer order with 50 digits."""
    rate, noise = mpmath.mpf(rate), mpmath.mpf(noise)
    total = mpmath.fsum(mpmath.binomial(order, k) * (1 - rate) ** (order - k) * rate**k * mpmath.exp(mpmath.mpf(k * (k - 1)) / (2 * noise**2)) for k in range(order + 1))
    return float(mpmath.log(total) / (order - 1))


given = json.load(sys.stdin)
json.dump(
    {
        "cases": [case(one) for one in given.get("cases", [])],
        "divergences": [divergence(*one) for one in given.get("divergences", [])],
    },
    sys.stdout,
)
