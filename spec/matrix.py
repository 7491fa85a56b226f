"""Sparse integer matrices: the wires of a reservoir."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SparseMatrix:
    """A sparse integer matrix by rows; no stored zero, columns ascending in each row.

    Parameters
    ----------
    columns : width of the matrix.
    indices : for each row, the columns of its non-zero entries, ascending.
    data : for each row, the raw entries beside ``indices``.
    """

    columns: int
    indices: tuple[tuple[int, ...], ...]
    data: tuple[tuple[int, ...], ...]

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[int]], columns: int) -> SparseMatrix:
        """From dense rows (any integers, NumPy's too); zeros are dropped."""
        dense = [[int(value) for value in row] for row in rows]
        return cls(
            columns,
            tuple(tuple(j for j, value in enumerate(row) if value) for row in dense),
            tuple(tuple(value for value in row if value) for row in dense),
        )

    @property
    def rows(self) -> int:
        return len(self.indices)

    @property
    def nnz(self) -> int:
        return sum(len(row) for row in self.indices)

    def check(self, rows: int, columns: int, width: int, what: str) -> None:
        """Raises unless the shape is ``rows x columns`` and entries fit ``width`` signed bits."""
        if (self.rows, self.columns) != (rows, columns) or len(self.data) != rows:
            raise ValueError(
                f"{what} must be {rows} x {columns}, not {self.rows} x {self.columns}"
            )
        low, high = -(1 << (width - 1)), (1 << (width - 1)) - 1
        for i, (indices, data) in enumerate(zip(self.indices, self.data)):
            if len(indices) != len(data):
                raise ValueError(
                    f"{what}[{i}] must have one value a column: "
                    f"{len(indices)} columns, {len(data)} values"
                )
            last = -1
            for j, value in zip(indices, data):
                if type(j) is not int or type(value) is not int:
                    raise TypeError(f"{what}[{i}] must hold integers, not {j!r}: {value!r}")
                if not last < j < columns:
                    raise ValueError(
                        f"{what}[{i}] must have ascending columns in 0..{columns - 1}, not {j}"
                    )
                if not low <= value <= high or value == 0:
                    raise ValueError(
                        f"{what}[{i}][{j}] must be a non-zero {width}-bit integer, "
                        f"{low}..{high}, not {value}"
                    )
                last = j

    def dense(self) -> list[list[int]]:
        result = [[0] * self.columns for _ in self.indices]
        for row, indices, data in zip(result, self.indices, self.data):
            for j, value in zip(indices, data):
                row[j] = value
        return result
