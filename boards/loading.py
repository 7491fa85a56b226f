"""A new readout as frames. docs/link.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from liquidgate.boards.frames import (
    BEGIN,
    COMMIT,
    LOAD,
    Frame,
    Identity,
    LinkError,
)
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap, circuit_digest


def check_loadable(identity: Identity, design: Design) -> None:
    """Raises LinkError unless the readout of ``design`` can go into the board."""
    if identity.readout != "ram":
        raise LinkError(f"the board must be built with --readout ram, not {identity.readout}")
    wanted = circuit_digest(design)
    if identity.circuit != wanted:
        raise LinkError(
            f"the board must be built from a design that differs from {design.name} in weights and "
            f"biases of the readout alone (circuit {wanted[:12]}), not from one with circuit "
            f"{identity.circuit[:12]}"
        )


def load_frames(design: Design, lanes: int) -> list[Frame]:
    """BEGIN, one LOAD an entry and a byte of the digest, COMMIT.

    Raises
    ------
    ValueError : when a bias is beyond what a circuit can hold.
    """
    readout = ReadoutMap(Schedule(design, lanes))
    loads = (Frame(LOAD, k & 255, payload) for k, payload in enumerate(readout.load))
    return [Frame(BEGIN, 0), *loads, Frame(COMMIT, 0, readout.checksum.to_bytes(4, "little"))]


def interleaved(samples: Iterable[Frame], loads: Iterable[Frame]) -> Iterator[Frame]:
    """By turns, as long as both last."""
    entries = iter(loads)
    for sample in samples:
        yield sample
        yield from islice(entries, 1)
    yield from entries
