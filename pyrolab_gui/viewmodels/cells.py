"""Values in rows and columns, as a person edits them: one row for each value of a list, columns where it has them.

What is typed into a cell stays as it is typed; what is no value is kept beside the values until it is one. Limits:
lists, tables and arrays of at most two dimensions, of numbers or texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pyrolab_gui.viewmodels.typed_text import edit_text, parse
from pyrolab_gui.viewmodels.value_check import check, innermost
from pyrolab_gui.viewmodels.value_text import count_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyrolab_gui.wire.description import TypeDescription

    Values: TypeAlias = np.ndarray[Any, Any]

_DTYPES = {"float": np.float64, "int": np.int64, "complex": np.complex128}
_KINDS = frozenset(["float", "int", "complex", "str", "any"])


def has_cells(type_: TypeDescription) -> bool:
    """Whether values of a type can be edited in rows and columns."""
    if type_.kind not in ("list", "array"):
        return False
    item, depth = innermost(type_)
    return item.kind in _KINDS and depth <= 2 and (type_.ndim is None or 1 <= type_.ndim <= 2)


class Cells:
    """The values of a list or an array.

    Parameters
    ----------
    type_
        Their type, for which `has_cells`.
    """

    def __init__(self, type_: TypeDescription) -> None:
        self.type = type_
        self.item, depth = innermost(type_)
        if type_.kind == "array":
            self._dims = type_.ndim
        else:
            self._dims = depth if self.item.kind != "any" else None
        self._values: Values = np.empty((0, 1), self._dtype)
        self._typed: dict[tuple[int, int], str] = {}

    @property
    def _dtype(self) -> Any:
        return _DTYPES.get(self.item.kind, np.float64 if self.item.kind == "any" else object)

    @property
    def one_column(self) -> bool:
        """Whether there is never more than one column."""
        return self._dims == 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self._values.shape
        return rows, columns

    def take(self, value: Any) -> None:
        """Take all values anew.

        Raises
        ------
        ValueError
            With a sentence, where they do not stand in rows and columns.
        """
        values = self._array(value)
        if values.ndim > 2 or (self.one_column and values.ndim == 2 and 1 not in values.shape):
            wanted = "one column" if self.one_column else "rows and columns"
            raise ValueError(f"{' × '.join(map(str, values.shape))} values do not fit into {wanted}.")
        if values.ndim < 2 or self.one_column:
            values = values.reshape(-1, 1)
        self._values, self._typed = values.copy(), {}

    def _array(self, value: Any) -> Values:
        try:
            values = np.asarray(value)
            if self.item.kind == "str":
                return np.asarray(value, dtype=object)
            if values.dtype.kind in "US":
                raise ValueError
            if not values.size:
                return np.empty((0, 1), self._dtype)
            return values if values.dtype.kind == "O" else values.astype(self._dtype, casting="same_kind", copy=False)
        except (ValueError, TypeError):
            raise ValueError("These values do not stand in rows and columns of numbers.") from None

    def result(self) -> Any:
        """Return all values: an array of numbers, a list of texts.

        Raises
        ------
        ValueError
            With the sentence that says what is wrong.
        """
        if problem := self.problem():
            raise ValueError(problem)
        whole = self._whole()
        return whole if isinstance(whole, list) else whole.copy()

    def problem(self) -> str:
        """Return what is wrong with the values, or an empty text."""
        rows = self.filled()
        for row, column in sorted(place for place in self._typed if place[0] < rows):
            return f"{self.place(row, column)}: {_lower(self.problem_of(row, column))}"
        return check(self.type, self._whole())

    def _whole(self) -> Any:
        """Return all values, in one dimension where one column stands for a list."""
        flat = self._values.shape[1] == 1 and self._dims != 2
        values = self._values[: self.filled(), 0] if flat else self._values[: self.filled()]
        return values.tolist() if values.dtype.kind == "O" else values

    def filled(self) -> int:
        """Return how many rows there are without those at the end that hold nothing."""
        rows, columns = self.shape
        while rows and all(self._typed.get((rows - 1, column)) == "" for column in range(columns)):
            rows -= 1
        return rows

    # -- one cell ----------------------------------------------------------------------------------------------------

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell, in full."""
        typed = self._typed.get((row, column))
        return edit_text(self.item, _plain(self._values[row, column])) if typed is None else typed

    def problem_of(self, row: int, column: int) -> str:
        """Return what is wrong with a cell, or an empty text."""
        typed = self._typed.get((row, column))
        if typed is None:
            return check(self.item, _plain(self._values[row, column]))
        try:
            self._read(typed)
        except ValueError as error:
            return str(error)
        return ""

    def set_text(self, row: int, column: int, text: str) -> None:
        """Take what was typed into a cell; what is no value stays as it was typed."""
        self._typed.pop((row, column), None)
        try:
            value = self._read(text)
        except ValueError:
            self._typed[row, column] = text
        else:
            if isinstance(value, int) and self._values.dtype.kind == "i" and not -(2**63) <= value < 2**63:
                self._values = self._values.astype(object)
            self._values[row, column] = value

    def _read(self, text: str) -> Any:
        if self.item.kind == "any" and not text.strip():
            raise ValueError("A number is needed.")
        value = parse(self.item, text)
        if self.item.kind == "any" and not isinstance(value, int | float):
            raise ValueError("A number is needed.")
        return value

    def place(self, row: int, column: int) -> str:
        """Return where a cell is, in words."""
        return f"Row {row + 1}" if self._values.shape[1] == 1 else f"Row {row + 1}, column {column + 1}"

    # -- many cells --------------------------------------------------------------------------------------------------

    def put(self, row: int, column: int, block: Any) -> None:
        """Put rows and columns of values at a cell, growing as far as they need.

        Raises
        ------
        ValueError
            As `take`; also where they need columns that there cannot be.
        """
        values = self._array(block)
        values = values.reshape(-1, 1) if values.ndim < 2 else values
        if values.ndim > 2 or (self.one_column and values.shape[1] > 1):
            raise ValueError("Here is one column; several are pasted.")
        height, width = values.shape
        self._grow(row + height, column + width)
        if values.dtype.kind == "O" and self._values.dtype.kind != "O":
            self._values = self._values.astype(object)
        self._values[row : row + height, column : column + width] = values
        self._typed = {
            (r, c): text
            for (r, c), text in self._typed.items()
            if not (row <= r < row + height and column <= c < column + width)
        }

    def _grow(self, rows: int, columns: int) -> None:
        """Have at least so many rows and columns; new cells hold nothing yet, which is no value."""
        old_rows, old_columns = self.shape
        rows, columns = max(rows, old_rows), max(columns, old_columns)
        if (rows, columns) == self.shape:
            return
        grown = np.zeros((rows, columns), self._values.dtype)
        grown[:old_rows, :old_columns] = self._values
        self._values = grown
        for row in range(rows):
            for column in range(old_columns if row < old_rows else 0, columns):
                self._typed[row, column] = ""

    def insert_row(self, at: int) -> None:
        """Put a row with nothing in it before another."""
        columns = self.shape[1]
        self._values = np.insert(self._values, at, 0, axis=0)
        self._typed = {(r + (r >= at), c): text for (r, c), text in self._typed.items()}
        self._typed.update(dict.fromkeys([(at, c) for c in range(columns)], ""))

    def remove_rows(self, rows: Iterable[int]) -> None:
        """Take rows out."""
        gone = np.unique(np.fromiter(rows, dtype=np.int64))
        self._values = np.delete(self._values, gone, axis=0)
        going = set(gone.tolist())
        self._typed = {
            (r - int(np.searchsorted(gone, r)), c): text for (r, c), text in self._typed.items() if r not in going
        }

    def add_column(self) -> None:
        """Put a column with nothing in it at the right."""
        rows, columns = self.shape
        self._grow(rows, columns + 1)

    def remove_column(self, at: int) -> None:
        """Take a column out."""
        self._values = np.delete(self._values, at, axis=1)
        self._typed = {(r, c - (c > at)): text for (r, c), text in self._typed.items() if c != at}

    def tsv(self, rows: Sequence[int], columns: Sequence[int]) -> str:
        """Return a block as a spreadsheet takes it."""
        return "\n".join("\t".join(self.text(row, column) for column in columns) for row in rows)

    def words(self) -> str:
        """Return how many values there are."""
        rows, columns = self.filled(), self.shape[1]
        if columns == 1:
            return count_text(rows, "value")
        return f"{count_text(rows, 'row')}, {count_text(columns, 'column')}"


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
