"""What a user may say about number formats; the rest follows from the training data."""

from __future__ import annotations

from dataclasses import dataclass, fields

from liquidgate.spec.formats import check_int

STATES = ("centred", "plain")


@dataclass(frozen=True, kw_only=True)
class Formats:
    """Widths in bits; binary points are fitted to the ranges that training really uses.

    Each liquid takes the fields that mean something to it.

    Parameters
    ----------
    state_bits : of a stored state.
    weight_bits : of a weight within the liquid.
    readout_bits : of a trained weight.
    input_bits, output_bits : at most so many for a channel of the streams (an input may always be
        as wide as a state: both pass the same multipliers).
    segment_bits : an activation table has 2**segment_bits segments.
    deviation_bits : of an activation less its mean, at most (16 fit one multiplier); the echo
        state network's alone.
    solver_bits : of what a solver multiplies (rates, targets, drives, shares; a pure closed form's
        too), at least; never fewer than a state's. 16 fit one multiplier of an iCE40.
    states : of the echo state network. "centred": each neuron stores its deviation from its own
        centre, on its own scale. "plain": its value in -1..1, as a naive rounding would.
    """

    state_bits: int = 16
    weight_bits: int = 8
    readout_bits: int = 16
    input_bits: int = 16
    output_bits: int = 16
    deviation_bits: int = 16
    segment_bits: int = 8
    solver_bits: int = 16
    states: str = "centred"

    def __post_init__(self) -> None:
        limits = {
            "state_bits": (2, 24), "weight_bits": (2, 18), "readout_bits": (2, 24),
            "input_bits": (2, 24), "output_bits": (2, 24), "deviation_bits": (2, 24),
            "segment_bits": (0, 10), "solver_bits": (16, 20),
        }
        for name, (low, high) in limits.items():
            check_int(getattr(self, name), low, high, f"formats.{name}")
        if self.states not in STATES:
            raise ValueError(f"formats.states must be one of {', '.join(STATES)}, "
                             f"not {self.states!r}")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls))
