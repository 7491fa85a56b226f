"""Every kind of liquid under test: what its random designs vary, and small ones for mutants.

A new liquid adds a line here; the tests of tests/tb and tests/rtl_gen then run over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from designs import random_design
from designs_cfc import lively_design as lively_cfc
from designs_cfc import random_design as random_cfc
from designs_cfc_pure import lively_design as lively_cfc_pure
from designs_cfc_pure import random_design as random_cfc_pure
from designs_chain import lively_chain, lively_mixed
from designs_chain import random_design as random_chain
from designs_fluid import lively_design as lively_fluid
from designs_fluid import random_design as random_fluid
from designs_lsm import lively_design as lively_lsm
from designs_lsm import random_design as random_lsm
from designs_ltc import LIVELY as LIVELY_LTC
from designs_ltc import lively_design as lively_ltc
from designs_ltc import random_design as random_ltc
from designs_synaptic import LIVELY as LIVELY_SYNAPTIC
from designs_synaptic import lively_design as lively_synaptic
from designs_synaptic import random_design as random_synaptic
from hypothesis import strategies as st
from lively import lively_design, lively_shared

from liquidgate.spec import Design

Options = dict[str, st.SearchStrategy[Any]]


@dataclass(frozen=True)
class Kind:
    """A liquid under test.

    Parameters
    ----------
    random_design : (rng, neurons=, name=, **options) -> a legal design.
    options : what of it varies besides size and name.
    lively : small designs in which every cast point moves, and their lanes, by a name.
    """

    random_design: Callable[..., Design]
    options: Options
    lively: dict[str, tuple[Callable[[], Design], int]] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    "esn": Kind(
        random_design,
        {
            "activation": st.sampled_from(["clip", "table"]),
            "feedback": st.booleans(),
            "pass_through": st.booleans(),
            "signed": st.booleans(),
            "zero_rows": st.booleans(),
            "density": st.sampled_from([0.0, 0.1, 0.3, 1.0]),
        },
        {"shared": (lively_shared, 4), "table": (lambda: lively_design("table"), 4),
         "clip": (lambda: lively_design("clip"), 2)},
    ),
    "cfc": Kind(
        random_cfc,
        {"activation": st.sampled_from(["clip", "table"]), "timed": st.booleans(),
         "mode": st.sampled_from(["default", "no_gate"])},
        {"cfc": (lambda: lively_cfc(False), 2), "cfc_timed": (lambda: lively_cfc(True), 4),
         "cfc_no_gate": (lambda: lively_cfc(False, "no_gate"), 2)},
    ),
    "cfc_pure": Kind(
        random_cfc_pure, {"timed": st.booleans()},
        {"cfc_pure": (lambda: lively_cfc_pure(False), 2),
         "cfc_pure_timed": (lambda: lively_cfc_pure(True), 4)},
    ),
    "chain": Kind(random_chain, {}, {"chain": (lively_chain, 2),
                                     "loop": (lambda: lively_chain(True), 4),
                                     "mixed": (lively_mixed, 2)}),
    "lsm": Kind(
        random_lsm,
        {
            "encoder": st.sampled_from(["bsa", "delta", "direct", "population", "rate"]),
            "schedule": st.sampled_from(["event", "static"]),
            "seen": st.sampled_from(["count", "membrane", "trace"]),
        },
        {
            "lsm_bsa": (lambda: lively_lsm("bsa"), 2),
            "lsm_delta": (lambda: lively_lsm("delta"), 2),
            "lsm_direct": (lambda: lively_lsm("direct"), 2),
            "lsm_dynamic": (lambda: lively_lsm("dynamic"), 2),
            "lsm_population": (lambda: lively_lsm("population"), 4),
            "lsm_rate": (lambda: lively_lsm("rate"), 2),
        },
    ),
    "fluid": Kind(
        random_fluid,
        {
            "activation": st.sampled_from(["clip", "table"]),
            "adaptive": st.booleans(),
            "watch": st.sampled_from(["pressure", "conductivity", "both"]),
        },
        {"fluid": (lambda: lively_fluid("fixed"), 2),
         "fluid_adaptive": (lambda: lively_fluid("adaptive"), 4)},
    ),
    "ltc": Kind(
        random_ltc,
        {"activation": st.sampled_from(["clip", "table"]),
         "solver": st.sampled_from(["explicit", "fused"]), "timed": st.booleans(),
         "substeps": st.sampled_from([1, 1, 3]), "any_share": st.booleans()},
        {f"ltc_{kind}": (partial(lively_ltc, kind), lanes)
         for kind, lanes in zip(LIVELY_LTC, (2, 4, 2))},
    ),
    "synaptic": Kind(
        random_synaptic,
        {"activation": st.sampled_from(["clip", "table"]), "timed": st.booleans(),
         "substeps": st.sampled_from([1, 2, 3])},
        {f"synaptic_{kind}": (partial(lively_synaptic, kind), lanes)
         for kind, lanes in zip(LIVELY_SYNAPTIC, (2, 4))},
    ),
}
LIVELY = {name: case for kind in KINDS.values() for name, case in kind.lively.items()}
