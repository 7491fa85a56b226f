"""The register map as data: gateware, the Markdown page and the C header are all made from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from liquidgate.rtl_gen.interfaces.stepper import step_clocks
from liquidgate.spec import Design, Port, Schedule
from liquidgate.spec.readout_map import ReadoutMap, circuit_digest

MAGIC = 0x4C475445
"""ASCII "LGTE": what is at this address is a reservoir of LiquidGate."""
MAP_VERSION = 1
"""Of this layout; counts up when a register moves or changes its meaning."""
DIGEST, CIRCUIT, LOADING = 0x40, 0x60, 0x80
"""Byte addresses of the digests, and of the registers that load a readout in RAM."""
INPUTS, ALIGNMENT = 0x100, 0x100
"""Byte addresses of the input channels; outputs begin at the next multiple."""
WORD = 32
"""Bits of a register."""
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
    queued : a write waits until what came before it is done; it may come during a step, too.
    """

    name: str
    address: int
    access: str
    meaning: str
    value: int | None = None
    fields: tuple[Field, ...] = ()
    width: int = WORD
    signed: bool = False
    queued: bool = False

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


LOAD_STATUS = (
    Field("busy", 0, "an entry or a checksum is being looked at; others wait"),
    Field("loading", 1, "entries are taken; else they are ignored"),
    Field("complete", 2, "all entries have come since BEGIN"),
    Field("switched", 3, "CHECKSUM was right since BEGIN: the new readout is in use"),
    Field("bank", 4, "the bank in use"),
)


def register_map(
    schedule: Schedule, interface: str, readout: str = "rom"
) -> tuple[Register, ...]:
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
    words += _digest("digest", DIGEST, "design", design.digest)
    if readout == "ram":
        words[-8:] = [replace(word, value=None) for word in words[-8:]]  # it changes
        words += _digest("circuit", CIRCUIT, "circuit", circuit_digest(design))
        words += _loading(ReadoutMap(schedule))
    if interface == "wishbone":
        words += _channels(design)
    return tuple(words)


def address_bits(registers: tuple[Register, ...]) -> int:
    """Bits of a byte address that an interface decodes."""
    return max(MIN_ADDRESS_BITS, (registers[-1].address + 3).bit_length())


def _digest(stem: str, base: int, what: str, digest: str) -> list[Register]:
    return [
        Register(f"{stem}{k}", base + 4 * k, "r",
                 f"digest of the {what}, digits {8 * k}..{8 * k + 7}",
                 int(digest[8 * k : 8 * k + 8], 16))
        for k in range(len(digest) // 8)
    ]


def _loading(readout: ReadoutMap) -> list[Register]:
    bits, count = 8 * readout.entry_bytes, len(readout.load)
    if bits > 2 * WORD:
        raise ValueError(f"a readout behind registers must have entries of {2 * WORD} bits at "
                         f"most, not {bits}: fewer bits of the output or its shift are right")
    begin = Field("begin", 0, "a new readout follows; forgets what has come")
    words = [
        Register("entries", 0, "r", "entries of a readout, its digest included", count),
        Register("entry_bytes", 0, "r", "bytes of an entry, for the checksum", readout.entry_bytes),
        Register("load", 0, "w", "pulses", fields=(begin,), queued=True),
        Register("load_status", 0, "r", "of a new readout", fields=LOAD_STATUS),
        Register("entry", 0, "rw", "takes the next entry of a readout", width=min(WORD, bits),
                 queued=True),
        Register("checksum", 0, "rw", "CRC-32 of all entries: uses the new readout when it is "
                 "right", queued=True),
    ]
    if bits > WORD:
        words.append(Register("entry_high", 0, "rw", "bits of the next entry above those of ENTRY",
                              width=bits - WORD, queued=True))
    return [replace(word, address=LOADING + 4 * k) for k, word in enumerate(words)]


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
