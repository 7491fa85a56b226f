"""The fluid network as integers: pressures, flows, conductivities (Tero et al. 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from liquidgate.spec.activation import Activation, Table
from liquidgate.spec.fluid_adaptation import Adaptive, Fixed
from liquidgate.spec.fluid_plan import plan
from liquidgate.spec.formats import QFormat, check_int, check_raws, signed_width
from liquidgate.spec.liquid import Plan, Sum
from liquidgate.spec.matrix import SparseMatrix
from liquidgate.spec.port import Port

WATCHED = ("pressure", "conductivity", "both")
MAX_MASS = 40
"""Bits of a mass: times an inverse density, and rounded, it stays within 59."""


@dataclass(frozen=True)
class Fluid:
    """A network of vessels i and pipes e: flows driven by differences of pressure.

    What a vessel remembers is its mass m_i = rho_i p_i, exactly; its pressure p_i follows. Every
    flow is rounded once, leaves one mass and enters another, and nothing limits a mass: so the sum
    of all masses is kept to the bit but for drive and loss. All read the old pressures. With e
    from tails[e] to heads[e] and inputs u, all raw:

    1. drive:      d_i = sat(round((bias_i + sum input u) / 2**acc_shift))
    2. gradient:   z_e = sat(round((p_tail - p_head) / 2**gradient_shift))
    3. activation: f(z_e)
    4. flow:       q_e = sat(round(g_e f(z_e) / 2**flow_shift)); then ``adaptation`` of g_e
    5. loss:       v_i = sat(round(viscosity_i p_i / 2**viscosity_shift))
    6. pressure:   m_i' = m_i + d_i - v_i + inflows - outflows, exactly;
                   p_i' = sat(round(m_i' inverse_density_i / 2**pressure_shift))

    with d_i = 0 instead when it would fill a full vessel (p_i the largest raw value) or empty an
    empty one (the smallest): that bounds the masses, see ``mass_range``. The real value of a mass
    or flow is raw * flow.lsb; 1 / rho_i is inverse_density_i * 2**(flow.f_bits - pressure.f_bits -
    pressure_shift). The first state is no mass anywhere, and g = ``initial``.

    Parameters
    ----------
    tails, heads : per edge, the two vessels it joins; a positive flow goes from tail to head.
    initial : per edge, the conductivity at first (of ``Fixed``: for ever), raw.
    conductivity : unsigned format of 1..24 bits.
    adaptation : ``Fixed()`` or ``Adaptive(...)``.
    activation : phi, table or clip, f(0) = 0. A clip is linear when input and output have the same
        f_bits, and the output's is its width - 1.
    flow : signed format of 2..24 bits, of flows, drive and loss.
    weight_width, input, bias, acc_shift : the drive: N x inputs, N, its sum's right shift.
    viscosity, viscosity_shift : per vessel 0..2**18 - 1, and the product's right shift.
    inverse_density, pressure_shift : per vessel 1..2**18 - 1, and the product's right shift.
    pressure : signed format of 2..24 bits.
    watch : what the taps are: "pressure", "conductivity", or "both" (pressures first).
    """

    kind: ClassVar[str] = "fluid"
    title: ClassVar[str] = "a fluid network"
    tails: tuple[int, ...]
    heads: tuple[int, ...]
    initial: tuple[int, ...]
    conductivity: QFormat
    adaptation: Fixed | Adaptive
    activation: Activation
    flow: QFormat
    weight_width: int
    input: SparseMatrix
    bias: tuple[int, ...]
    acc_shift: int
    viscosity: tuple[int, ...]
    viscosity_shift: int
    inverse_density: tuple[int, ...]
    pressure_shift: int
    pressure: QFormat
    watch: str = "pressure"

    def __post_init__(self) -> None:
        self._check_nodes()
        self._check_edges()
        if self.watch not in WATCHED:
            raise ValueError(f"fluid.watch must be one of {', '.join(WATCHED)}, "
                             f"not {self.watch!r}")
        if self.watch != "pressure" and not self.adaptive:
            raise ValueError("fluid.watch must be pressure when the conductivities are fixed, "
                             f"not {self.watch}")
        if self.mass_width > MAX_MASS:
            raise ValueError(f"the masses of fluid must fit {MAX_MASS} bits, not {self.mass_width}:"
                             " a smaller pressure_shift or pressure format makes them smaller")

    def _check_nodes(self) -> None:
        n = self.neurons
        check_int(n, 2, 4096, "the number of vessels")
        check_int(self.weight_width, 2, 18, "fluid.weight_width")
        self.input.check(n, self.input.columns, self.weight_width, "fluid.input")
        for name in ("viscosity", "inverse_density"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"fluid.{name} must have one entry a vessel: {n}, "
                                 f"not {len(getattr(self, name))}")
        for name in ("acc_shift", "viscosity_shift", "pressure_shift"):
            check_int(getattr(self, name), 0, 40, f"fluid.{name}")
        for name in ("flow", "pressure"):
            fmt = getattr(self, name)
            if not fmt.signed or not 2 <= fmt.width <= 24:
                raise ValueError(f"fluid.{name} must be a signed format of 2..24 bits, not {fmt}")
        for i, value in enumerate(self.bias):
            check_int(value, -(1 << 55), 1 << 55, f"fluid.bias[{i}]")
            check_int(self.viscosity[i], 0, (1 << 18) - 1, f"fluid.viscosity[{i}]")
            check_int(self.inverse_density[i], 1, (1 << 18) - 1, f"fluid.inverse_density[{i}]")

    def _check_edges(self) -> None:
        edges = len(self.tails)
        check_int(edges, 1, 1 << 15, "the number of edges")
        for name in ("heads", "initial"):
            if len(getattr(self, name)) != edges:
                raise ValueError(f"fluid.{name} must have one entry an edge: {edges}, "
                                 f"not {len(getattr(self, name))}")
        if self.conductivity.signed or self.conductivity.width > 24:
            raise ValueError("fluid.conductivity must be an unsigned format of 1..24 bits, "
                             f"not {self.conductivity}")
        check_raws(self.initial, self.conductivity, "fluid.initial")
        for e, (tail, head) in enumerate(zip(self.tails, self.heads)):
            check_int(tail, 0, self.neurons - 1, f"fluid.tails[{e}]")
            check_int(head, 0, self.neurons - 1, f"fluid.heads[{e}]")
            if tail == head:
                raise ValueError(f"fluid.heads[{e}] must differ from its tail, vessel {tail}")
        if self.activation.output.width > 24 or self.activation.input.width > 24:
            raise ValueError("fluid.activation formats must have at most 24 bits")
        if isinstance(self.activation, Table) and self.activation.base[0]:
            raise ValueError("fluid.activation.base[0] must be 0: no flow where pressures are "
                             f"equal, not {self.activation.base[0]}")
        check_int(self.gradient_shift, 0, 40,
                  "fluid.pressure.f_bits - fluid.activation.input.f_bits")
        check_int(self.flow_shift, 0, 50, "fluid.conductivity.f_bits + "
                  "fluid.activation.output.f_bits - fluid.flow.f_bits")

    @property
    def neurons(self) -> int:
        """Vessels."""
        return len(self.bias)

    @property
    def adaptive(self) -> bool:
        return isinstance(self.adaptation, Adaptive)

    @property
    def gradient_shift(self) -> int:
        return self.pressure.f_bits - self.activation.input.f_bits

    @property
    def flow_shift(self) -> int:
        return self.conductivity.f_bits + self.activation.output.f_bits - self.flow.f_bits

    # -- bounds -----------------------------------------------------------------------------

    @cached_property
    def inflow_limit(self) -> tuple[int, ...]:
        """Per vessel, the most mass (raw) that its edges can bring or take in a step."""
        limits = [0] * self.neurons
        for tail, head, g in zip(self.tails, self.heads, self.initial):
            most = self.conductivity.raw_max if self.adaptive else g
            flow = self._limited(most * self.activation.limit, self.flow_shift)
            limits[tail] += flow
            limits[head] += flow
        return tuple(limits)

    @cached_property
    def mass_range(self) -> tuple[tuple[int, int], ...]:
        """Per vessel, the masses it can have.

        One at or above the least mass of the largest pressure is full: no flow enters it, since no
        neighbour has more pressure, its loss is not negative, its drive not positive. So a mass
        grows by a step's flows, drive and loss at most once above the last mass that is not full.
        The same holds below.
        """
        fmt, half = self.pressure, (1 << self.pressure_shift) >> 1
        ranges = []
        for i, inverse in enumerate(self.inverse_density):
            full = -(-((fmt.raw_max << self.pressure_shift) - half) // inverse)
            empty = (((fmt.raw_min + 1) << self.pressure_shift) - half - 1) // inverse
            change = self.inflow_limit[i]
            change += self._limited(-self.viscosity[i] * fmt.raw_min, self.viscosity_shift)
            change -= self.flow.raw_min if self.input.indices[i] or self.bias[i] else 0
            ranges.append((empty + 1 - change, full - 1 + change))
        return tuple(ranges)

    @cached_property
    def mass_width(self) -> int:
        """Signed bits of a mass."""
        lows, highs = zip(*self.mass_range)
        return signed_width(min(lows), max(highs))

    def _limited(self, size: int, shift: int) -> int:
        """A bound of |sat(round(x / 2**shift))| in the flow format, for all |x| <= size."""
        return min((size + ((1 << shift) >> 1)) >> shift, -self.flow.raw_min)

    # -- the liquid's promises --------------------------------------------------------------

    @property
    def taps(self) -> tuple[QFormat, ...]:
        pressures = (QFormat(self.pressure.width, 0),) * self.neurons
        conductivities = (QFormat(self.conductivity.width, 0, False),) * len(self.tails)
        return {"pressure": pressures, "conductivity": conductivities,
                "both": pressures + conductivities}[self.watch]

    @property
    def points(self) -> dict[str, QFormat]:
        grown = {"conductivity": self.conductivity} if self.adaptive else {}
        state = {"pressure": self.pressure, "conductivity": self.conductivity,
                 "both": QFormat(max(self.pressure.width, self.conductivity.width + 1), 0)}
        return {"drive": self.flow, "gradient": self.activation.input,
                "activation": self.activation.output, "flow": self.flow, **grown,
                "loss": self.flow, "pressure": self.pressure, "state": state[self.watch]}

    @property
    def fed_back(self) -> int:
        return 0

    def check_ports(self, input: Port, output: Port) -> None:
        inputs = len(input.channels)
        if self.input.columns != inputs:
            raise ValueError(f"fluid.input must have one column an input channel: {inputs}, "
                             f"not {self.input.columns}")

    def sums(self) -> list[Sum]:
        """The drive; all else has lanes of its own."""
        first, half = len(self.taps), (1 << self.acc_shift) >> 1
        return [Sum(bias=bias, row=[(first + j, w) for j, w in zip(columns, weights)], half=half)
                for bias, columns, weights in zip(self.bias, self.input.indices, self.input.data)]

    def plan(self, lanes: int) -> Plan:
        return plan(self, lanes)
