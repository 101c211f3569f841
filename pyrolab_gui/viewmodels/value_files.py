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
        return np.asarray(table_of(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise LabError(f"{path.name} cannot be read: {error.strerror or error}.", f"{path}\n{error}") from error
    except ValueError as error:
        raise LabError(f"{path.name} holds no table of numbers: {error}", str(path)) from error


def table_of(text: str) -> list[Any]:
    """Return the numbers of a text in rows and columns, as a spreadsheet or a CSV file has them.

    One row or one column is a list, several of both are a list of rows; a first line of words is a head.

    Raises
    ------
    ValueError
        With a sentence, where it is no table of numbers.
    """
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    lines = [line for line in lines if not line.lstrip().startswith("#")]
    rows: list[list[float]] = []
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in re.split(r"[\t;]|,\s*|\s+", line.strip()) if cell.strip()]
        try:
            rows.append([_number(cell) for cell in cells])
        except ValueError:
            if number == 0:
                continue  # the head of a table
            raise ValueError(f"line {number + 1} is “{line.strip()[:40]}”.") from None
    if not rows:
        raise ValueError("there is no number in it.")
    if len({len(row) for row in rows}) > 1:
        raise ValueError("its rows are of different lengths.")
    if len(rows) == 1:
        return rows[0]
    return [row[0] for row in rows] if len(rows[0]) == 1 else rows


def _number(cell: str) -> float:
    text = cell.replace("−", "-")
    return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else float(text)
