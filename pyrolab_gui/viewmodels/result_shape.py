"""What a result is, for showing: a number, a text, a curve, an image, or something to unfold.

A list or array of numbers is a curve; two rows or two columns of numbers, a pair of equally long lists, or a dataclass
of two such, are x and y. More rows and columns of numbers are an image. Limits: looks at the value and at the
description's units; draws nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from pyrolab_gui.viewmodels.label_text import humanise
from pyrolab_gui.viewmodels.value_text import number_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pyrolab_gui.wire.description import TypeDescription

Shape: TypeAlias = Literal["nothing", "scalar", "text", "curve", "image", "tree"]
SHORTEST_CURVE = 3
LONGEST_JSON = 1_000_000
"""Characters up to which a text is looked at as JSON."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Numbers to draw."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    x_unit: str = ""
    y_unit: str = ""
    against: bool = False
    """Whether x was given, rather than counted."""
    x_name: str = ""
    y_name: str = ""

    @property
    def x_title(self) -> str:
        """What the x axis says: name and unit where they were given, else *point*."""
        return _title(self.x_name, self.x_unit) or "x" if self.against else "point"

    @property
    def y_title(self) -> str:
        """What the y axis says; empty where nothing is known."""
        return _title(self.y_name, self.y_unit)

    def at(self, index: int) -> str:
        """Return a point in words: ``1550.2 nm: 3.01 mW``."""
        x = f"{number_text(float(self.x[index]))} {self.x_unit}" if self.against else f"point {index}"
        return f"{x.rstrip()}: {number_text(float(self.y[index]))} {self.y_unit}".rstrip()


def _title(name: str, unit: str) -> str:
    return f"{name} ({unit})" if name and unit and f"({unit})" not in name else name or unit


def shape_of(value: Any, returns: TypeDescription | None = None) -> Shape:
    """Return how a value is best shown."""
    if value is None:
        return "nothing"
    if isinstance(value, bool | int | float | complex) or getattr(value, "shape", None) == ():
        return "scalar"
    if isinstance(value, str):
        if json_of(value) is not None:
            return "tree"
        return "text" if "\n" in value or len(value) > 60 else "scalar"
    if isinstance(value, bytes | bytearray | memoryview):
        return "text" if len(value) > 20 else "scalar"
    if curve_of(value, returns) is not None:
        return "curve"
    if image_of(value) is not None:
        return "image"
    if isinstance(value, Mapping | Sequence | set | frozenset) or hasattr(value, "shape"):
        return "tree"
    return "scalar"


def curve_of(value: Any, returns: TypeDescription | None = None) -> Curve | None:
    """Return the curve that a value is, or None."""
    if isinstance(value, Mapping):
        return _pair_of(value, returns)
    if isinstance(value, str | bytes) or not hasattr(value, "__len__"):
        return None
    if not hasattr(value, "shape"):
        if not isinstance(value, list | tuple) or not _plausible(value):
            return None
        try:
            value = np.array(value, dtype=float)
        except (ValueError, TypeError, OverflowError):
            return None
    if value.dtype.kind not in "iufb":
        return None
    data = np.ascontiguousarray(value, dtype=float)
    x_unit, y_unit = _units(returns)
    if data.ndim == 1 and len(data) >= SHORTEST_CURVE:
        return Curve(np.arange(len(data), dtype=float), data, "", y_unit)
    if data.ndim == 2 and data.shape[0] == 2 and data.shape[1] >= SHORTEST_CURVE:
        return Curve(data[0], data[1], x_unit, y_unit, True)
    if data.ndim == 2 and data.shape[1] == 2 and data.shape[0] >= SHORTEST_CURVE:
        return Curve(np.ascontiguousarray(data[:, 0]), np.ascontiguousarray(data[:, 1]), x_unit, y_unit, True)
    return None


def image_of(value: Any) -> NDArray[np.float64] | None:
    """Return the image that a value is, as rows of numbers, or None."""
    if not hasattr(value, "shape"):
        rows = value if isinstance(value, list | tuple) and len(value) >= SHORTEST_CURVE else []
        if not all(isinstance(row, list | tuple) and len(row) == len(rows[0]) and _plausible(row) for row in rows[:3]):
            return None
        try:
            value = np.array(rows, dtype=float)
        except (ValueError, TypeError, OverflowError):
            return None
    if value.ndim != 2 or value.dtype.kind not in "iufb" or min(value.shape) < SHORTEST_CURVE:
        return None
    return np.ascontiguousarray(value, dtype=float)


def _pair_of(value: Mapping[Any, Any], returns: TypeDescription | None) -> Curve | None:
    """Return the curve of a dataclass or dict of two equally long rows of numbers, or None."""
    if len(value) != 2:
        return None
    (x_name, xs), (y_name, ys) = value.items()
    x, y = (None if isinstance(each, Mapping) else curve_of(each) for each in (xs, ys))
    if x is None or y is None or x.against or y.against or len(x.y) != len(y.y):
        return None
    units = {field.name: _unit(field.type) for field in returns.fields} if returns is not None else {}
    x_unit, y_unit = units.get(x_name, ""), units.get(y_name, "")
    return Curve(x.y, y.y, x_unit, y_unit, True, humanise(str(x_name), x_unit), humanise(str(y_name), y_unit))


def json_of(value: Any) -> Any:
    """Return what a text says in JSON where that is an object or a list, else None."""
    if not isinstance(value, str) or len(value) > LONGEST_JSON or value.strip()[:1] not in ("{", "["):
        return None
    try:
        said = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict | list) and said else None


def looks_like_curve(value: Any) -> bool:
    """Whether a value is most likely a curve, told from its first items alone: cheap enough to ask when painting."""
    if hasattr(value, "shape"):
        return bool(value.dtype.kind in "iuf" and value.ndim in (1, 2) and value.size >= SHORTEST_CURVE)
    return isinstance(value, list | tuple) and len(value) >= SHORTEST_CURVE and _plausible(value)


def _plausible(value: Sequence[Any]) -> bool:
    """Whether a list may be numbers, seen from its first items: text would be read as numbers by numpy."""
    return all(
        (isinstance(item, int | float) and not isinstance(item, bool))
        or (isinstance(item, list | tuple) and _plausible(item[:3]))
        or hasattr(item, "shape")
        for item in value[:3]
    ) and bool(len(value))


def _units(returns: TypeDescription | None) -> tuple[str, str]:
    """Return the units of x and y where the description tells them."""
    if returns is None:
        return "", ""
    if returns.kind == "optional":
        return _units(returns.items[0])
    if returns.kind == "tuple" and len(returns.items) == 2:
        return _unit(returns.items[0]), _unit(returns.items[1])
    return "", _unit(returns)


def _unit(type_: TypeDescription) -> str:
    return type_.unit or (_unit(type_.items[0]) if len(type_.items) == 1 else "")
