"""Values out of files and spreadsheets: numbers from .npy, .csv and text, bytes as they are.

Functions for a worker thread where they read a file. Limits: numbers only, in one row, one column, or rows of equal
length; nothing is unpickled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1_000_000_000
"""Bytes of a file that is read whole."""
_LONG = 50_000
"""Characters of a text whose numbers are all read as floats."""
_MANY = 1000


def read_value(path: Path, kind: str) -> Any:
    """Return the value of a file: bytes for kind *bytes*, else an array of numbers.

    Raises
    ------
    LabError
        If it cannot be read, or does not hold numbers.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise LabError(f"{path.name} is too large to be read here.", str(path))
        if kind == "bytes":
            return path.read_bytes()
        if path.suffix.lower() == ".npy":
            values = np.load(path, allow_pickle=False)
            if values.dtype.kind not in "iufbc":
                raise LabError(f"{path.name} holds no numbers.", str(values.dtype))
            return values
        return table_of(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LabError(f"{path.name} cannot be read: {error.strerror or error}.", f"{path}\n{error}") from error
    except ValueError as error:
        raise LabError(f"{path.name} holds no table of numbers: {error}", str(path)) from error


def table_of(text: str) -> Any:
    """Return the numbers of a text in rows and columns, as a spreadsheet or a CSV file has them.

    One row or one column is a list, several of both are a list of rows, and what is long an array of either; a first
    line of words is a head. Between columns that tabs or semicolons part, a comma is a decimal one.

    Raises
    ------
    ValueError
        With a sentence, where it is no table of numbers.
    """
    decimal = ("\t" in text or ";" in text) and "." not in text
    signs = str.maketrans({"−": "-", ";": " ", ",": "." if decimal else " "})
    read = float if len(text) > _LONG else _number
    numbers: list[Any] = []
    width = 0
    for found in re.finditer(r"[^\r\n]+", text):  # one by one: a split of a long text holds up every other thread
        cells = found[0].translate(signs).split()
        if not cells or cells[0][0] == "#":
            continue
        try:
            numbers.extend(map(read, cells))
        except ValueError:
            if not width:
                numbers, width = [], -1  # the head of a table
                continue
            raise ValueError(f"{_place(text, found)} is “{found[0].strip()[:40]}”.") from None
        if width > 0 and len(cells) != width:
            raise ValueError(f"its rows are of different lengths, the first one at {_place(text, found)}.")
        width = len(cells)
    if width <= 0:
        raise ValueError("there is no number in it.")
    return _shaped(numbers, width)


def _shaped(numbers: list[Any], width: int) -> Any:
    rows = len(numbers) // width
    if len(numbers) > _MANY:
        table = np.asarray(numbers)
        return table.reshape(rows, width) if rows > 1 and width > 1 else table
    if rows == 1 or width == 1:
        return numbers
    return [numbers[row * width : (row + 1) * width] for row in range(rows)]


def _place(text: str, found: re.Match[str]) -> str:
    before = text[: found.start()].replace("\r\n", "\n").replace("\r", "\n")
    return f"line {before.count(chr(10)) + 1}"


def _number(cell: str) -> float:
    return int(cell) if re.fullmatch(r"[+-]?\d{1,15}", cell) else float(cell)
