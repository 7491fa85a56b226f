"""The contract: number formats, the design, the schedule. No arithmetic on data."""

from liquidgate.spec.activation import Clip, Table
from liquidgate.spec.cfc import Cfc
from liquidgate.spec.cfc_pure import CfcPure
from liquidgate.spec.chain import Chain
from liquidgate.spec.codec import DesignFileError
from liquidgate.spec.design import Design
from liquidgate.spec.esn import Esn
from liquidgate.spec.fluid import Fluid
from liquidgate.spec.fluid_adaptation import Adaptive, Fixed
from liquidgate.spec.formats import QFormat
from liquidgate.spec.lgd import load, save
from liquidgate.spec.lsm import Lsm
from liquidgate.spec.ltc import Ltc
from liquidgate.spec.ltc_solver import Explicit, Fused
from liquidgate.spec.matrix import SparseMatrix
from liquidgate.spec.port import Channel, Port
from liquidgate.spec.readout import LinearReadout
from liquidgate.spec.schedule import Schedule
from liquidgate.spec.synaptic import Synaptic

__all__ = [
    "Adaptive", "Cfc", "CfcPure", "Chain", "Channel", "Clip", "Design", "DesignFileError", "Esn",
    "Explicit", "Fixed", "Fluid", "Fused", "LinearReadout", "Lsm", "Ltc", "Port", "QFormat",
    "Schedule", "SparseMatrix", "Synaptic", "Table", "load", "save",
]
