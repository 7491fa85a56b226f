"""The fluid network's estimators: what its graph and its drive are drawn from."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats, Numbers
from liquidgate.train.classifier import Classifier
from liquidgate.train.fluid import RESPONSES, Flow, stiffness
from liquidgate.train.network import Network
from liquidgate.train.regressor import Regressor
from liquidgate.train.topology import TOPOLOGIES, links, on_grid


class FluidNetwork(Network):
    """What both have in common. Parameters: see ``Fluid``."""

    liquid = "fluid"
    reservoir_class = Flow
    reservoir_: Flow

    def __init__(self, units: int = 100, *, conductivity: float = 1.5, viscosity: float = 0.05,
                 density: float = 1.0, diversity: float = 3.0, input_scaling: float = 0.1,
                 bias_scaling: float = 0.1, input_connectivity: float = 1.0,
                 topology: str = "small-world", in_degree: int = 4, phi: str = "tanh",
                 passthrough: bool = False, ridge: Numbers | str = "cv", warmup: int = 100,
                 weight_bits: int | None = None, normalise: bool = True, seed: int = 0,
                 pooling: str = "mean") -> None:
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
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def _check(self) -> None:
        for name in ("units", "in_degree"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
                raise TypeError(f"{name} must be an integer, not {value!r}")
        if self.units < 2:
            raise ValueError(f"units must be at least 2, not {self.units}")
        if not 1 <= self.in_degree <= self.units:
            raise ValueError(f"in_degree must be at least 1 and at most units, "
                             f"not {self.in_degree}")
        for name, least in (("conductivity", 0), ("viscosity", 0), ("density", 1),
                            ("diversity", 1), ("input_scaling", 0), ("bias_scaling", 0),
                            ("input_connectivity", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
                raise TypeError(f"{name} must be a number, not {value!r}")
            if not np.isfinite(value) or value < least:
                raise ValueError(f"{name} must be a finite number of at least {least}, "
                                 f"not {value}")
        if self.input_connectivity > 1:
            raise ValueError(f"input_connectivity must be at most 1, not "
                             f"{self.input_connectivity}")
        if self.conductivity + self.viscosity > 2:
            raise ValueError(
                f"conductivity must be at most {2 - self.viscosity:g}, 2 less the viscosity, "
                f"for an explicit step to be stable, not {self.conductivity}"
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
        g *= self.conductivity / stiffness(edges, g, rho)
        win = r_in.uniform(-1, 1, (n, inputs)) * self.input_scaling
        win = np.where(r_in.random((n, inputs)) < self.input_connectivity, win, 0.0)
        if bits is not None:
            win = np.stack([on_grid(column, bits) for column in win.T], axis=1)
            g = self._stable(g, edges, rho, bits)
        return Flow(edges=edges, conductivity=g, density=rho, viscosity=self.viscosity * rho,
                    Win=win, bias=r_bias.uniform(-1, 1, n) * self.bias_scaling, phi=self.phi)

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
    conductivity : the largest rate per step at which a pattern of pressures levels out, 0..2;
        with the viscosity at most 2, or the explicit step would not be stable.
    viscosity : the share of its pressure that a node loses in a step.
    density : the largest of densities that are drawn, log-uniform, from 1 up.
    diversity : conductivities differ, log-uniform, by up to this factor from their middle.
    input_scaling, bias_scaling : of the uniform drive.
    input_connectivity : share of input weights that are not zero.
    topology, in_degree : as of ``ESN``; edges have no direction.
    phi : "tanh", "clip" (hard tanh), "linear".
    weight_bits : draw input weights and conductivities on a grid of so many bits.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class FluidClassifier(FluidNetwork, Classifier):
    """A fluid network that classifies sequences by their pooled scores. Parameters: ``Fluid``."""
