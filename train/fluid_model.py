"""The fluid network's estimators: what its graph and its drive are drawn from."""

from __future__ import annotations

import numpy as np

from liquidgate.spec.formats import at_most
from liquidgate.train.arrays import Floats, Numbers
from liquidgate.train.classifier import Classifier
from liquidgate.train.fluid import RESPONSES, Flow, stiffness
from liquidgate.train.network import Network
from liquidgate.train.parameters import MOST, check_graph, check_number
from liquidgate.train.regressor import Regressor
from liquidgate.train.topology import TOPOLOGIES, links, on_grid

RANGES: dict[str, tuple[float, float]] = {
    "conductivity": (1e-6, 2), "viscosity": (0, 1.99), "density": (1, 1 << 15),
    "diversity": (1, MOST), "input_scaling": (0, MOST), "bias_scaling": (0, MOST),
    "input_connectivity": (0, 1), "rate": (0, 0.5), "growth": (0, MOST)}
"""With less conductivity nothing flows, with more viscosity there is no room for any; inverse
densities have 16 bits in a circuit."""
LEAST_RATE = 2.0**-12
"""A conductivity in a circuit must have bits for its steps."""


class FluidNetwork(Network):
    """What both have in common. Parameters: see ``Fluid``."""

    liquid = "fluid"
    reservoir_class = Flow
    reservoir_: Flow

    def __init__(self, units: int = 100, *, conductivity: float = 1.5, viscosity: float = 0.05,
                 density: float = 1.0, diversity: float = 3.0, input_scaling: float = 0.1,
                 bias_scaling: float = 0.1, input_connectivity: float = 1.0,
                 topology: str = "small-world", in_degree: int = 4, phi: str = "tanh",
                 rate: float = 0.0, growth: float = 10.0, passthrough: bool = False,
                 ridge: Numbers | str = "cv", warmup: int = 100, weight_bits: int | None = None,
                 normalise: bool = True, seed: int = 0, pooling: str = "mean") -> None:
        self.units = units
        self.conductivity = conductivity
        self.viscosity = viscosity
        self.density = density
        self.diversity = diversity
        self.input_scaling = input_scaling
        self.bias_scaling = bias_scaling
        self.input_connectivity = input_connectivity
        self.topology = topology
        self.in_degree = in_degree
        self.phi = phi
        self.rate = rate
        self.growth = growth
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def _check(self) -> None:
        check_graph(self.units, self.in_degree, least=2)
        for name, (least, most) in RANGES.items():
            check_number(getattr(self, name), name, least=least, most=most)
        if self.rate and self.rate < LEAST_RATE:
            raise ValueError(f"rate must be 0, or at least {LEAST_RATE:.3g}, not {self.rate:g}")
        if self.rate and not self.growth:
            raise ValueError("growth must be above 0 with a rate, not 0")
        if self.conductivity + self.viscosity > 2:
            raise ValueError(
                f"conductivity must be at most {at_most(2 - self.viscosity)}, 2 less the "
                f"viscosity, for an explicit step to be stable, not {self.conductivity}"
            )
        for name, known in (("topology", TOPOLOGIES), ("phi", RESPONSES)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {sorted(known)}, "
                                 f"not {getattr(self, name)!r}")

    def draw(self, inputs: int, outputs: int) -> Flow:
        self._check()
        n, bits = self.units, self.weight_bits
        r_graph, r_g, r_rho, r_in, r_bias = np.random.default_rng(self.seed).spawn(5)
        edges = links(TOPOLOGIES[self.topology](r_graph, n, self.in_degree))
        if not len(edges):
            raise ValueError("the graph must have an edge: raise in_degree")
        g = self.diversity ** r_g.uniform(-1, 1, len(edges))
        rho = self.density ** r_rho.uniform(0, 1, n)
        grown: dict[str, float] = {}
        if self.rate:
            # where the circuit's format ends: stable with every edge at it
            ceiling = self.conductivity / stiffness(edges, np.ones(len(edges)), rho)
            grown = {"rate": self.rate, "growth": self.growth,
                     "ceiling": float(2.0 ** np.floor(np.log2(ceiling)))}
            g *= grown["ceiling"] / g.max()
        else:
            g *= self.conductivity / stiffness(edges, g, rho)
        win = r_in.uniform(-1, 1, (n, inputs)) * self.input_scaling
        win = np.where(r_in.random((n, inputs)) < self.input_connectivity, win, 0.0)
        if bits is not None:
            win = np.stack([on_grid(column, bits) for column in win.T], axis=1)
            g = g if self.rate else self._stable(g, edges, rho, bits)
        return Flow(edges=edges, conductivity=g, density=rho, viscosity=self.viscosity * rho,
                    Win=win, bias=r_bias.uniform(-1, 1, n) * self.bias_scaling, phi=self.phi,
                    **grown)

    def _stable(self, g: Floats, edges: np.ndarray, rho: Floats, bits: int) -> Floats:
        """Conductivities on their grid: rounded up they may flow too fast, and are scaled down."""
        limit = 2.0 - self.viscosity
        for _ in range(20):
            # without a sign a conductivity has one bit more
            rounded = on_grid(g, bits + 1)
            found = stiffness(edges, rounded, rho)
            if found <= limit:
                break
            g = g * min(0.999, limit / found)
        return rounded


class Fluid(FluidNetwork, Regressor):
    """A fluid network for regression: X (T, K) to Y (T, O), rows in order of time.

    Parameters
    ----------
    units : nodes N.
    conductivity : the largest rate per step at which a pattern of pressures levels out, 1e-6..2;
        with the viscosity at most 2, or the explicit step would not be stable.
    viscosity : the share of its pressure that a node loses in a step.
    density : the largest of densities that are drawn, log-uniform, from 1 up; at most 32768.
    diversity : conductivities differ, log-uniform, by up to this factor from their middle.
    input_scaling, bias_scaling : of the uniform drive.
    input_connectivity : share of input weights that are not zero.
    topology, in_degree : as of ``ESN``; edges have no direction.
    phi : "tanh", "clip" (hard tanh), "linear".
    rate : above 0 to 0.5, conductivities adapt (Tero, Kobayashi, Nakagaki 2007): in each step g
        becomes g + rate (growth |flow| - g), up to a ceiling, the greatest power of two with which
        ``conductivity`` is kept with all edges at it. Used edges widen, unused ones dry out. They
        begin as drawn, the widest at the ceiling. 0: they never change.
    growth : the conductivity that a flow of 1 keeps up.
    weight_bits : draw input weights and conductivities on a grid of so many bits.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class FluidClassifier(FluidNetwork, Classifier):
    """A fluid network that classifies sequences by their pooled scores. Parameters: ``Fluid``."""
