"""LiquidGate: liquid neural networks as verified FPGA circuits.

Quick start::

    import liquidgate as lg

    data = lg.load_data("laser")
    inputs, targets, test = data.inputs[:3000], data.targets[:3000], slice(*data.split.test)
    model = lg.ESN(lr=0.74, sr=0.69, input_scaling=0.46, weight_bits=8).fit(inputs, targets)
    design = lg.quantise(model, inputs, targets, formats=lg.Formats(state_bits=16)).design
    found = lg.Golden(design).run(design.input.encode(data.inputs))
    print("NRMSE", lg.nrmse(data.targets[test], design.output.decode(found)[test]))
    lg.write_verilog(design, lanes=4, directory="laser")
    print("mismatches", lg.verify(design, lanes=4, steps=100, stalls="worst").mismatches)

The names in ``__all__`` are the public API; each is imported when it is first used, so that
``import liquidgate`` itself costs nothing. docs/cli.md has the same steps as commands.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liquidgate.boards import build as build_board
    from liquidgate.evaluation import evaluate, outputs
    from liquidgate.golden import Golden
    from liquidgate.referee import verify
    from liquidgate.rtl_gen.emit import write as write_verilog
    from liquidgate.spec import Design, Schedule
    from liquidgate.spec import load as load_design
    from liquidgate.spec import save as save_design
    from liquidgate.train.cfc import CfC, CfCClassifier
    from liquidgate.train.cfc_pure import PureCfC, PureCfCClassifier
    from liquidgate.train.chain import Chain, ChainClassifier
    from liquidgate.train.data import from_csv
    from liquidgate.train.data import load as load_data
    from liquidgate.train.data import names as data_names
    from liquidgate.train.esn_model import ESN, ESNClassifier
    from liquidgate.train.fluid_model import Fluid, FluidClassifier
    from liquidgate.train.lsm_model import LSM, LSMClassifier
    from liquidgate.train.ltc import LTC, LTCClassifier
    from liquidgate.train.maze import Maze, random_maze
    from liquidgate.train.maze_picture import maze_picture
    from liquidgate.train.metrics import nmse, nrmse
    from liquidgate.train.ncps_import import from_ncps
    from liquidgate.train.nir_format import from_nir, to_nir
    from liquidgate.train.quantise import Formats, fit_bits, fit_formats, fit_memory, quantise
    from liquidgate.train.quantise.maze import maze_design
    from liquidgate.train.quantise.retrain import retrain
    from liquidgate.train.reservoirpy_import import from_reservoirpy
    from liquidgate.train.store import load_model
    from liquidgate.train.synaptic import SynapticLTC, SynapticLTCClassifier

_PLACES = {
    "CfC": "train.cfc.CfC",
    "CfCClassifier": "train.cfc.CfCClassifier",
    "Chain": "train.chain.Chain",
    "ChainClassifier": "train.chain.ChainClassifier",
    "Design": "spec.Design",
    "ESN": "train.esn_model.ESN",
    "ESNClassifier": "train.esn_model.ESNClassifier",
    "Fluid": "train.fluid_model.Fluid",
    "FluidClassifier": "train.fluid_model.FluidClassifier",
    "Formats": "train.quantise.Formats",
    "Golden": "golden.Golden",
    "Maze": "train.maze.Maze",
    "LSM": "train.lsm_model.LSM",
    "LSMClassifier": "train.lsm_model.LSMClassifier",
    "LTC": "train.ltc.LTC",
    "LTCClassifier": "train.ltc.LTCClassifier",
    "PureCfC": "train.cfc_pure.PureCfC",
    "PureCfCClassifier": "train.cfc_pure.PureCfCClassifier",
    "Schedule": "spec.Schedule",
    "SynapticLTC": "train.synaptic.SynapticLTC",
    "SynapticLTCClassifier": "train.synaptic.SynapticLTCClassifier",
    "build_board": "boards.build",
    "data_names": "train.data.names",
    "evaluate": "evaluation.evaluate",
    "fit_bits": "train.quantise.fit_bits",
    "fit_formats": "train.quantise.fit_formats",
    "fit_memory": "train.quantise.fit_memory",
    "from_csv": "train.data.from_csv",
    "from_ncps": "train.ncps_import.from_ncps",
    "from_nir": "train.nir_format.from_nir",
    "from_reservoirpy": "train.reservoirpy_import.from_reservoirpy",
    "load_data": "train.data.load",
    "load_design": "spec.load",
    "load_model": "train.store.load_model",
    "maze_design": "train.quantise.maze.maze_design",
    "maze_picture": "train.maze_picture.maze_picture",
    "nmse": "train.metrics.nmse",
    "nrmse": "train.metrics.nrmse",
    "outputs": "evaluation.outputs",
    "quantise": "train.quantise.quantise",
    "random_maze": "train.maze.random_maze",
    "retrain": "train.quantise.retrain.retrain",
    "save_design": "spec.save",
    "to_nir": "train.nir_format.to_nir",
    "verify": "referee.verify",
    "write_verilog": "rtl_gen.emit.write",
}

__all__ = [
    "ESN", "LSM", "LTC", "CfC", "CfCClassifier", "Chain", "ChainClassifier", "Design",
    "ESNClassifier", "Fluid", "FluidClassifier", "Formats", "Golden", "LSMClassifier",
    "LTCClassifier", "Maze", "PureCfC", "PureCfCClassifier", "Schedule", "SynapticLTC",
    "SynapticLTCClassifier", "build_board", "data_names", "evaluate", "fit_bits", "fit_formats",
    "fit_memory", "from_csv", "from_ncps", "from_nir", "from_reservoirpy", "load_data",
    "load_design", "load_model", "maze_design", "maze_picture", "nmse", "nrmse", "outputs",
    "quantise", "random_maze", "retrain", "save_design", "to_nir", "verify", "write_verilog",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'liquidgate' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].rpartition(".")
    value = getattr(importlib.import_module(f"liquidgate.{module}"), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
