"""Multipliers of pipelines that take turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from amaranth.hdl import Module, Mux, Shape, Value, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

Factors: TypeAlias = tuple[tuple[Shape, Shape], ...]
"""Shapes of what is multiplied with what, product by product."""


def product_shape(left: Shape, right: Shape) -> Shape:
    """Of a product of two, one of which is signed."""
    return signed(left.width + right.width)


def common_shape(shapes: Iterable[Shape]) -> Shape:
    """That holds the values of all."""
    shapes = list(shapes)
    any_signed = any(shape.signed for shape in shapes)
    return Shape(max(shape.width + (any_signed and not shape.signed) for shape in shapes),
                 any_signed)


class Products(wiring.Component):
    """left_k * right_k of the user whose turn it is, the same k on one multiplier.

    Latency 1 clock, one turn a clock: a user that has none finds what another one's factors give.

    Parameters
    ----------
    users : the factors of each, equally many; each product has a signed one.

    Members
    -------
    turn{u} : In(1), user u's factors stand there; at most one user's do. User 0 needs no such bit:
        its factors are taken when nobody else's stand there.
    left{u}_{k}, right{u}_{k} : In, factors of user u. product{k} : Out, a clock later, as wide as
        the widest factors need.
    """

    def __init__(self, *, users: Sequence[Factors]) -> None:
        self.users = tuple(users)
        members: dict[str, object] = {}
        for u, factors in enumerate(self.users):
            if u:
                members[f"turn{u}"] = In(1)
            for k, (left, right) in enumerate(factors):
                members |= {f"left{u}_{k}": In(left), f"right{u}_{k}": In(right)}
        for k, pairs in enumerate(zip(*self.users)):
            members[f"product{k}"] = Out(product_shape(*map(common_shape, zip(*pairs))))
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for k in range(len(self.users[0])):
            left, right = self._chosen(f"left{{}}_{k}"), self._chosen(f"right{{}}_{k}")
            m.d.sync += getattr(self, f"product{k}").eq(left * right)
        return m

    def _chosen(self, name: str) -> Value:
        """The operand of the user whose turn it is; the first one's when it is nobody's."""
        chosen: Value = getattr(self, name.format(0))
        for u in range(1, len(self.users)):
            chosen = Mux(getattr(self, f"turn{u}"), getattr(self, name.format(u)), chosen)
        return chosen
