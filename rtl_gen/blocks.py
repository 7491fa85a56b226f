"""Which memories synthesis must make of block RAM."""

from __future__ import annotations

BLOCK = {"rom_style": "block"}
"""Attributes of a memory that must not be made of logic."""
FEW = 32
"""Words of a ROM that are not late in logic: two levels of it."""


def late_in_logic(words: int) -> dict[str, str]:
    """Attributes of a ROM of so many words, from which a short path begins or at which one ends."""
    return BLOCK if words > FEW else {}
