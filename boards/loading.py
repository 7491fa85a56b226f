"""A new readout as frames. docs/link.md."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

from liquidgate.boards.frames import (
    BEGIN,
    COMMIT,
    LOAD,
    Frame,
    Identity,
    LinkError,
    entry_bytes,
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
    size = entry_bytes(design)
    raws = [raw for _, raw in ReadoutMap(Schedule(design, lanes)).entries]
    raws += bytes.fromhex(design.digest)
    payloads = [(raw % (1 << 8 * size)).to_bytes(size, "little") for raw in raws]
    loads = (Frame(LOAD, k & 255, payload) for k, payload in enumerate(payloads))
    checksum = zlib.crc32(b"".join(payloads)).to_bytes(4, "little")
    return [Frame(BEGIN, 0), *loads, Frame(COMMIT, 0, checksum)]


def interleaved(samples: Iterable[Frame], loads: Iterable[Frame]) -> Iterator[Frame]:
    """By turns, as long as both last."""
    entries = iter(loads)
    for sample in samples:
        yield sample
        yield from islice(entries, 1)
    yield from entries
