"""Results written to files: CSV, NPY, JSON or text, by the ending of the name.

Plain functions for a worker thread. A file appears whole or not at all. Limits: CSV holds numbers with all their
digits, one row a point; what is no table goes to JSON.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from pyrolab_gui.viewmodels.result_shape import Curve, curve_of
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pyrolab_gui.wire.description import TypeDescription


def save_result(path: Path, value: Any, returns: TypeDescription | None = None) -> None:
    """Write a result.

    Parameters
    ----------
    path
        Its ending decides: ``.csv``, ``.npy``, ``.json``; anything else is text.

    Raises
    ------
    LabError
        If the value does not fit the format, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".npy":
        array = _array(value, returns, "NPY")
        write_atomically(path, lambda out: np.save(out, array, allow_pickle=False))
    elif ending == ".csv":
        text = csv_text(value, returns)
        write_atomically(path, lambda out: out.write(text.encode()))
    elif ending == ".json":
        text = json.dumps(value, default=_plain, indent=1)
        write_atomically(path, lambda out: out.write(text.encode()))
    elif isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        write_atomically(path, lambda out: out.write(raw))
    else:
        write_atomically(path, lambda out: out.write(str(value).encode()))


def csv_text(value: Any, returns: TypeDescription | None = None) -> str:
    """Return a result as comma-separated values with a head.

    Raises
    ------
    LabError
        If it is no table.
    """
    curve = curve_of(value, returns)
    if curve is not None:
        return curve_csv(curve)
    array = _array(value, returns, "CSV")
    if array.ndim > 2:
        raise LabError("This result is no table of numbers, so it cannot be saved as CSV.")
    rows = np.atleast_2d(array) if array.ndim != 1 else array[:, None]
    return "".join(",".join(repr(item) for item in row) + "\n" for row in rows.tolist())


def _array(value: Any, returns: TypeDescription | None, ending: str) -> NDArray[Any]:
    """Return a result as an array of numbers; a curve out of a dataclass as its two rows."""
    curve = curve_of(value, returns) if isinstance(value, Mapping) else None
    try:
        array = np.asarray(value) if curve is None else np.stack([curve.x, curve.y])
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iufbc":
        raise LabError(f"This result is no table of numbers, so it cannot be saved as {ending}.")
    return array


def curve_tsv(curve: Curve) -> str:
    """Return a curve for a spreadsheet's clipboard: columns with a head, kept apart by tabs."""
    return curve_csv(curve).replace(",", "\t")


def curve_csv(curve: Curve) -> str:
    """Return a curve as two columns."""
    x_head = _head(curve.x_name or "x", curve.x_unit) if curve.against else "point"
    x = curve.x.tolist() if curve.against else range(len(curve.y))
    lines = [f"{x_head},{_head(curve.y_name or 'y', curve.y_unit)}"]
    lines += [f"{a!r},{b!r}" for a, b in zip(x, curve.y.tolist(), strict=True)]
    return "\n".join(lines) + "\n"


def _head(name: str, unit: str) -> str:
    name = name.removesuffix(f" ({unit})").replace(",", " ")
    return f"{name} [{unit}]" if unit else name


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def write_atomically(path: Path, write: Callable[[BinaryIO], Any]) -> None:
    """Write a file so that it is there whole or not at all.

    Raises
    ------
    LabError
        If it cannot be written.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            write(out)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True) if temporary else None
        raise LabError(f"{path.name} cannot be written: {error.strerror or error}.", f"{path}\n{error}") from error
