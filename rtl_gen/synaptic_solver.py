"""The network of synapses as a circuit: from activations to new states."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed

from liquidgate.rtl_gen.activation_table import TableActivation
from liquidgate.rtl_gen.casting import half, left_shape, saturate, with_half
from liquidgate.rtl_gen.delay import later
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Synaptic
from liquidgate.spec.formats import signed_width
from liquidgate.spec.synaptic import SHARE, SOLVE


def sums(
    m: Module, synaptic: Synaptic, valid: Signal, g: Signal
) -> tuple[Signal, Signal, Signal]:
    """(valid, load, current): weights and pulls times the activation ``g``, summed over a neuron's
    synapses. Cast points 3 and 4."""
    width = synaptic.weight_width
    mask = (1 << width) - 1
    m.submodules.weights = weights = SequenceRom(values=[
        (weight & mask) | (pull & mask) << width | (k == len(row) - 1) << 2 * width
        for row, pulls in zip(synaptic.weight, synaptic.pull)
        for k, (weight, pull) in enumerate(zip(row, pulls))
    ])
    weighed, ends = Signal(), Signal()
    valid_sum, valid_exact, valid_cast = Signal(), Signal(), Signal()
    fresh = Signal(init=1)
    m.d.comb += weights.next.eq(valid)
    m.d.sync += [
        weighed.eq(valid),
        ends.eq(weights.data[-1]),
        valid_sum.eq(weighed & ends),
        valid_exact.eq(valid_sum),
        valid_cast.eq(valid_exact),
    ]
    with m.If(weighed):
        m.d.sync += fresh.eq(ends)

    found = []
    for k, (name, rows, constants, shift, fmt) in enumerate((
        ("load", synaptic.weight, synaptic.leak, synaptic.load_shift, synaptic.load),
        ("current", synaptic.pull, synaptic.rest, synaptic.current_shift, synaptic.current),
    )):
        most = max(sum(map(abs, row)) for row in rows) * synaptic.activation.limit
        rom = SequenceRom(values=[value + half(shift) for value in constants])
        m.submodules[f"{name}_constant"] = rom
        product = Signal(signed(width + len(g)), name=f"{name}_product")
        total = Signal(signed(signed_width(-most, most)), name=f"{name}_sum")
        exact = Signal(signed(max(len(total), len(rom.data) + 1) + 1), name=f"{name}_exact")
        value = Signal(signed(fmt.width), name=name)
        flag = Signal(name=f"valid_{name}")
        m.d.comb += [rom.next.eq(valid_sum), flag.eq(valid_cast)]
        m.d.sync += [
            product.eq(weights.data[k * width : (k + 1) * width].as_signed() * g),
            total.eq(Mux(fresh, 0, total) + product),  # nothing pauses in the middle of a neuron
            exact.eq(total + rom.data),
            # the leak outweighs all weights: no load is negative
            value.eq(saturate((exact >> shift)[:-1] if name == "load" else exact >> shift, fmt)),
        ]
        found += [flag, value]
    return found[0], found[1], found[3]


def solve(
    m: Module, synaptic: Synaptic, valid: Signal, load: Signal, current: Signal,
    interval: Signal | None, old: Value, used: Signal, membrane: Signal, valid_membrane: Signal,
) -> None:
    """Drives ``membrane``, the new state of a neuron, and ``used``: its ``old`` state is looked at,
    so that the next one's may follow. Cast points 5 to 8. ``interval`` : of a timed network."""
    fmt, output = synaptic.share.input, synaptic.share.output

    # The share, and with it what it is taken of.
    if interval is not None:
        grown = Signal(signed(len(load) + len(interval)))
        rounded = Signal(with_half(len(grown), synaptic.time_shift))
        dose = Signal(signed(fmt.width))
        valid_dose, valid_grown = Signal(), Signal()
        m.d.comb += rounded.eq(grown + half(synaptic.time_shift))
        m.d.sync += [
            grown.eq(load * interval),
            valid_grown.eq(valid),
            dose.eq(saturate(rounded >> synaptic.time_shift, fmt)),
            valid_dose.eq(valid_grown),
        ]
        late = later(m, current, SHARE - 1, "current")
        pushed = Signal(signed(len(current) + len(interval)))
        m.d.sync += pushed.eq(late * interval)
        argument, ready = dose, valid_dose
    else:
        pushed = later(m, current, SHARE - 2, "current")
        argument, ready = load, valid
    m.submodules.reciprocal = table = TableActivation(table=synaptic.share, odd=synaptic.timed)
    share = Signal.like(table.g)
    valid_share = Signal()
    m.d.comb += [
        table.valid_in.eq(ready),
        table.z.eq(argument),
        share.eq(table.g),
        valid_share.eq(table.valid_out),
    ]

    # Drive.
    waits = Signal(SHARE - 2)
    lifted = Signal(signed(len(old) + synaptic.lift))
    v = Signal(signed(max(len(lifted), len(pushed), synaptic.drive_shift + 1) + 2))
    drive = Signal(signed(synaptic.drive.width))
    valid_drive = Signal()
    m.d.comb += [
        used.eq(waits[-1]), lifted.eq(old << synaptic.lift), valid_drive.eq(valid_share),
    ]
    m.d.sync += [
        waits.eq(Cat(ready, waits)),
        v.eq(lifted + pushed + half(synaptic.drive_shift)),
        drive.eq(saturate(v >> synaptic.drive_shift, synaptic.drive)),
    ]

    # Membrane.
    taken = Signal(signed(len(share) + len(drive)))
    kept = Signal(with_half(len(drive) + output.f_bits, synaptic.state_shift))
    left = Signal(left_shape(drive, synaptic.share, synaptic.timed, synaptic.state_shift))
    valids = Signal(SOLVE)
    m.d.sync += [
        taken.eq(share * drive),
        kept.eq((drive << output.f_bits) + half(synaptic.state_shift)),
        left.eq(kept - taken),
        membrane.eq(saturate(left >> synaptic.state_shift, synaptic.state)),
        valids.eq(Cat(valid_drive, valids)),
    ]
    m.d.comb += valid_membrane.eq(valids[-1])
