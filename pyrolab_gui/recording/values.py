"""Samples in memory and as they are packed on disk.

Times and numbers are float64, little-endian, one after the other: eight bytes each, to be read by anything. What is no
number is kept as text, as a JSON list. Limits: one value has at most `LONGEST_TEXT` characters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

LONGEST_TEXT = 1_000
_PACKED = np.dtype("<f8")


@dataclass(frozen=True, slots=True)
class Samples:
    """Times (UTC seconds) and as many values: float64, or objects (float or str) where a value is no number."""

    times: NDArray[np.float64]
    values: NDArray[Any]

    def __len__(self) -> int:
        return len(self.times)

    def part(self, start: int, stop: int) -> Samples:
        """Return some of them."""
        return Samples(self.times[start:stop], self.values[start:stop])

    def between(self, start: float, stop: float) -> Samples:
        """Return those of a time, both ends included."""
        if not len(self) or (self.times[0] >= start and self.times[-1] <= stop and _rises(self.times)):
            return self
        inside = (self.times >= start) & (self.times <= stop)
        return Samples(self.times[inside], self.values[inside])

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The values as numbers; text is NaN."""
        if self.values.dtype != object:
            return self.values
        return np.array([value if isinstance(value, float) else np.nan for value in self.values], dtype=np.float64)


def samples(times: Sequence[float] | NDArray[np.float64], values: Sequence[Any] | NDArray[Any]) -> Samples:
    """Take samples as a feed brings them.

    Raises
    ------
    ValueError
        If there are not as many values as times, or a value is too long to be a reading.
    """
    moments = np.array(times, dtype=np.float64)
    if isinstance(values, list | tuple) and not all(type(value) in (float, int, bool) for value in values):
        taken = np.empty(len(values), dtype=object)
        taken[:] = [_plain(value) for value in values]
    else:
        taken = np.array(values, dtype=np.float64)
    if moments.shape != taken.shape or moments.ndim != 1:
        raise ValueError("there must be one value for each time")
    return Samples(moments, taken)


def joined(parts: Iterable[Samples]) -> Samples:
    """Return samples one after the other, in the order of their times."""
    known = [part for part in parts if len(part)]
    if not known:
        return Samples(np.empty(0), np.empty(0))
    whole = known[0]
    if len(known) > 1:
        times = np.concatenate([part.times for part in known])
        values = np.concatenate([part.values for part in known])
        if values.dtype == object:
            values[:] = [float(value) if not isinstance(value, str) else value for value in values]
        whole = Samples(times, values)
    if _rises(whole.times):
        return whole
    order = np.argsort(whole.times, kind="stable")  # the clock of the instrument's computer was set back
    return Samples(whole.times[order], whole.values[order])


def pack(these: Samples) -> tuple[bytes, bytes | None, str | None]:
    """Return times, numbers, texts as they are stored; one of the last two is None."""
    times = these.times.astype(_PACKED, copy=False).tobytes()
    if these.values.dtype == object:
        return times, None, json.dumps(these.values.tolist(), ensure_ascii=False)
    return times, these.values.astype(_PACKED, copy=False).tobytes(), None


def unpack(times: bytes, numbers: bytes | None, texts: str | None) -> Samples:
    """Read what `pack` returned."""
    moments = np.frombuffer(times, _PACKED).astype(np.float64, copy=False)
    if numbers is not None:
        return Samples(moments, np.frombuffer(numbers, _PACKED).astype(np.float64, copy=False))
    values = np.empty(len(moments), dtype=object)
    values[:] = json.loads(texts or "[]")
    return Samples(moments, values)


def _plain(value: Any) -> float | str:
    if isinstance(value, bool | int | float):
        return float(value)
    if not isinstance(value, str) and hasattr(value, "__len__"):
        raise ValueError(f"it gives a {type(value).__name__}, which is no reading that can be recorded")
    text = "" if value is None else str(value)
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"it gives {len(text)} characters, which is no reading that can be recorded")
    return text


def _rises(times: NDArray[np.float64]) -> bool:
    return len(times) < 2 or bool(np.all(times[1:] >= times[:-1]))
