"""The register map as data: gateware, the Markdown page and the C header are all made from it."""

from __future__ import annotations

from dataclasses import dataclass

from liquidgate.rtl_gen.interfaces.stepper import step_clocks
from liquidgate.spec import Design, Port, Schedule

MAGIC = 0x4C475445
"""ASCII "LGTE": what is at this address is a reservoir of LiquidGate."""
MAP_VERSION = 1
"""Of this layout; counts up when a register moves or changes its meaning."""
DIGEST, INPUTS, ALIGNMENT = 0x40, 0x100, 0x100
"""Byte addresses of the digest and of the input channels; outputs begin at the next multiple."""
MIN_ADDRESS_BITS = 12
"""A page of 4 KiB, the smallest that the usual address maps give away."""


@dataclass(frozen=True)
class Field:
    """One bit of a register."""

    name: str
    bit: int
    meaning: str


@dataclass(frozen=True)
class Register:
    """A word of 32 bits.

    Parameters
    ----------
    address : in bytes, a multiple of 4.
    access : "r" (read), "w" (a bit written as 1 is a pulse; reads as 0) or "rw" (stored).
    value : of a constant.
    fields : of a register of bits.
    width, signed : of a number; it is extended to 32 bits by its sign.
    """

    name: str
    address: int
    access: str
    meaning: str
    value: int | None = None
    fields: tuple[Field, ...] = ()
    width: int = 32
    signed: bool = False

    @property
    def index(self) -> int:
        """In words."""
        return self.address >> 2


CLEAR = Field("clear", 0, "the inputs that follow begin a new sequence")
RESET = Field("reset", 1, "the core and the counters as after a reset; what is on its way is lost")
STEP = Field("step", 2, "take the INPUT registers as one time step")
CONTROL = {"axis": (CLEAR, RESET), "wishbone": (CLEAR, RESET, STEP)}
STATUS = {
    "axis": (
        Field("busy", 0, "a sample is on its way, or its output waits"),
        Field("blocked", 1, "an output waits for m_axis_tready"),
    ),
    "wishbone": (
        Field("busy", 0, "a step is on its way; OUTPUT registers change"),
        Field("done", 1, "a step has ended since the last STEP or reset"),
    ),
}


def register_map(schedule: Schedule, interface: str) -> tuple[Register, ...]:
    """All registers of an interface ("axis" or "wishbone"), by ascending address."""
    design = schedule.design
    channels = design.inputs | design.outputs << 16
    interval, latency = (
        step_clocks(schedule) if interface == "wishbone" else (schedule.interval, schedule.latency)
    )
    words = [
        Register("magic", 0x00, "r", 'identity: "LGTE"', MAGIC),
        Register("version", 0x04, "r", "version of this map", MAP_VERSION),
        Register("lanes", 0x08, "r", "multiply-accumulate lanes", schedule.lanes),
        Register("channels", 0x0C, "r", "input channels + 65536 * output channels", channels),
        Register("interval", 0x10, "r", "clocks a step", interval),
        Register("latency", 0x14, "r", "clocks from an input to its output", latency),
        Register("control", 0x18, "w", "pulses", fields=CONTROL[interface]),
        Register("status", 0x1C, "r", "what is going on", fields=STATUS[interface]),
        Register("samples_in", 0x20, "r", "samples taken since a reset, modulo 2**32"),
        Register("samples_out", 0x24, "r", "outputs given since a reset, modulo 2**32"),
    ]
    words += [
        Register(f"digest{k}", DIGEST + 4 * k, "r", f"digest of the design, digits {8 * k}.."
                 f"{8 * k + 7}", int(design.digest[8 * k : 8 * k + 8], 16))
        for k in range(len(design.digest) // 8)
    ]
    if interface == "wishbone":
        words += _channels(design)
    return tuple(words)


def address_bits(registers: tuple[Register, ...]) -> int:
    """Bits of a byte address that an interface decodes."""
    return max(MIN_ADDRESS_BITS, (registers[-1].address + 3).bit_length())


def _channels(design: Design) -> list[Register]:
    outputs = INPUTS - (-4 * design.inputs // ALIGNMENT) * ALIGNMENT

    def words(stem: str, port: Port, base: int, access: str) -> list[Register]:
        return [
            Register(f"{stem}{k}", base + 4 * k, access, ascii_name(channel.name),
                     width=port.width, signed=port.signed)
            for k, channel in enumerate(port.channels)
        ]

    return [*words("input", design.input, INPUTS, "rw"),
            *words("output", design.output, outputs, "r")]


def ascii_name(name: str) -> str:
    """A channel's name as a comment or a table may hold it."""
    plain = name.encode("ascii", "replace").decode()
    return "".join(c if c.isprintable() and c not in "|*/\\" else "_" for c in plain)
