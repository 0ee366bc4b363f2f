"""The accountant of Opacus, at the orders that synth reckons with."""

from __future__ import annotations

from opacus.accountants import RDPAccountant

# At integer orders the divergence is a finite sum on which all libraries agree; see lib/policy/privacy/renyi.ts.
ORDERS = list(range(2, 257))


class IntegerOrderAccountant(RDPAccountant):
    """Counts steps as Opacus does, and comes to the ε of synth."""

    DEFAULT_ALPHAS = ORDERS

    @property
    def steps(self) -> int:
        """Steps that were counted, of whatever noise and rate."""
        return sum(count for _, _, count in self.history)

    def count(self, steps: int, *, noise_multiplier: float, sample_rate: float) -> None:
        """Counts several steps at once."""
        for _ in range(steps):
            self.step(noise_multiplier=noise_multiplier, sample_rate=sample_rate)

    def guarantee(self, delta: float) -> tuple[float, int | None]:
        """The ε of all steps and the order it was found at; 0 before the first."""
        if not self.history:
            return 0.0, None
        epsilon, order = self.get_privacy_spent(delta=delta)
        return max(0.0, epsilon), int(order)


def planned_epsilon(*, noise_multiplier: float, sample_rate: float, steps: int, delta: float) -> float:
    """What that many steps come to."""
    accountant = IntegerOrderAccountant()
    accountant.history = [(noise_multiplier, sample_rate, steps)]
    return accountant.guarantee(delta)[0]
