"""The registry of liquids on the float side: estimators, quantiser, presets and search space.

A further liquid is a function here that returns its ``LiquidKind``, and a line in ``_KINDS``.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from liquidgate.train.classifier import Classifier
    from liquidgate.train.quantise.seam import Quantiser
    from liquidgate.train.regressor import Regressor

    Model: TypeAlias = Regressor | Classifier
else:
    Model: TypeAlias = Any

DEFAULT_LIQUID = "esn"


@dataclass(frozen=True, kw_only=True, eq=False)
class LiquidKind:
    """What the float side knows of one kind of liquid.

    Parameters
    ----------
    kind : its name, as of the design's liquid.
    regressor, classifier : the estimators.
    quantise : from a fitted model to integers; see ``quantise.seam``.
    default : parameters for any data set; ``presets`` : others by data set, over these.
    space : (Optuna trial, data set) to parameters, for a search.
    completed : (a user's changes, the preset) to the changes and what follows from them.
    sizes : (the design's liquid) to what ``liquidgate info`` tells of its sizes.
    """

    kind: str
    regressor: type[Regressor]
    classifier: type[Classifier]
    quantise: Quantiser
    default: dict[str, Any]
    presets: dict[str, dict[str, Any]]
    space: Callable[[Any, Any], dict[str, Any]]
    sizes: Callable[[Any], dict[str, Any]]
    completed: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] = (
        lambda changes, usual: changes)

    def estimator(self, task: str) -> type[Regressor] | type[Classifier]:
        """The class for a data set's kind, "regression" or "classification"."""
        return self.classifier if task == "classification" else self.regressor

    def parameters(self) -> dict[str, Any]:
        """Type hints of the estimators' parameters by name, in their order."""
        hints = typing.get_type_hints(self.regressor.__init__)
        names = list(inspect.signature(self.regressor.__init__).parameters)[1:]
        return {name: hints[name] for name in names}


def _esn() -> LiquidKind:
    from liquidgate.train import esn_presets
    from liquidgate.train.esn_model import ESN, ESNClassifier
    from liquidgate.train.quantise.esn import quantise_esn, sizes

    return LiquidKind(
        kind="esn", regressor=ESN, classifier=ESNClassifier, quantise=quantise_esn,
        default=esn_presets.DEFAULT, presets=esn_presets.PRESETS,
        space=esn_presets.space, completed=esn_presets.completed, sizes=sizes,
    )


def _cfc() -> LiquidKind:
    from liquidgate.train import cfc
    from liquidgate.train.quantise.cfc import quantise_cfc, sizes

    return LiquidKind(
        kind="cfc", regressor=cfc.CfC, classifier=cfc.CfCClassifier, quantise=quantise_cfc,
        default=cfc.DEFAULT, presets=cfc.PRESETS, space=cfc.space, sizes=sizes,
    )


def _cfc_pure() -> LiquidKind:
    from liquidgate.train import cfc_pure
    from liquidgate.train.quantise.cfc_pure import quantise_cfc_pure, sizes

    return LiquidKind(
        kind="cfc_pure", regressor=cfc_pure.PureCfC, classifier=cfc_pure.PureCfCClassifier,
        quantise=quantise_cfc_pure, default=cfc_pure.DEFAULT, presets=cfc_pure.PRESETS,
        space=cfc_pure.space, sizes=sizes,
    )


def _chain() -> LiquidKind:
    from liquidgate.train import chain_presets
    from liquidgate.train.chain import Chain, ChainClassifier
    from liquidgate.train.quantise.chain import quantise_chain, sizes

    return LiquidKind(
        kind="chain", regressor=Chain, classifier=ChainClassifier, quantise=quantise_chain,
        default=chain_presets.DEFAULT, presets=chain_presets.PRESETS,
        space=chain_presets.space, sizes=sizes,
    )


def _fluid() -> LiquidKind:
    from liquidgate.train import fluid_presets
    from liquidgate.train.fluid_model import Fluid, FluidClassifier
    from liquidgate.train.quantise.fluid import quantise_fluid, sizes

    return LiquidKind(
        kind="fluid", regressor=Fluid, classifier=FluidClassifier, quantise=quantise_fluid,
        default=fluid_presets.DEFAULT, presets=fluid_presets.PRESETS,
        space=fluid_presets.space, sizes=sizes,
    )


def _lsm() -> LiquidKind:
    from liquidgate.train import lsm_presets
    from liquidgate.train.lsm_model import LSM, LSMClassifier
    from liquidgate.train.quantise.lsm import quantise_lsm, sizes

    return LiquidKind(
        kind="lsm", regressor=LSM, classifier=LSMClassifier, quantise=quantise_lsm,
        default=lsm_presets.DEFAULT, presets=lsm_presets.PRESETS,
        space=lsm_presets.space, sizes=sizes,
    )


def _ltc() -> LiquidKind:
    from liquidgate.train import ltc, ltc_presets
    from liquidgate.train.quantise.ltc import quantise_ltc, sizes

    return LiquidKind(
        kind="ltc", regressor=ltc.LTC, classifier=ltc.LTCClassifier, quantise=quantise_ltc,
        default=ltc_presets.DEFAULT, presets=ltc_presets.PRESETS, space=ltc_presets.space,
        sizes=sizes,
    )


def _synaptic() -> LiquidKind:
    from liquidgate.train import synaptic
    from liquidgate.train.quantise.synaptic import quantise_synaptic, sizes

    return LiquidKind(
        kind="synaptic", regressor=synaptic.SynapticLTC,
        classifier=synaptic.SynapticLTCClassifier, quantise=quantise_synaptic,
        default=synaptic.DEFAULT, presets=synaptic.PRESETS, space=synaptic.space, sizes=sizes,
    )


# functions, so that a kind's modules are imported when it is first used
_KINDS: dict[str, Callable[[], LiquidKind]] = {
    "cfc": _cfc, "cfc_pure": _cfc_pure, "chain": _chain, "esn": _esn, "fluid": _fluid,
    "lsm": _lsm, "ltc": _ltc, "synaptic": _synaptic,
}


def kinds() -> tuple[str, ...]:
    """The names of all liquids."""
    return tuple(_KINDS)


@cache
def find(kind: str) -> LiquidKind:
    """The liquid of a name; ValueError names those there are."""
    if kind not in _KINDS:
        raise ValueError(f"liquid must be one of {', '.join(_KINDS)}, not {kind!r}")
    return _KINDS[kind]()
