"""Values and times as the window writes them.

Text for the eye (`value_text`, `number_text`), for the history (`call_text`) and for clocks. `Steady` keeps the
decimals of a changing number from jumping. Limits: pure functions of values and type descriptions; names and
docstrings are `label_text`, reading what a person typed is `typed_text` and `number_text`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.prefixes import ENGINEERING, split_unit

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import Choice, TypeDescription

NOTHING = "–"
MINUS = "−"
THIN_SPACE = "\u202f"
_GROUPED_FROM = 5
_EXACT_DIGITS = 8
_NOISY_DIGITS = 6
_MOST_DECIMALS = 6
_POWER_DECIMALS = 2
_PLAIN = (1e-4, 1e7)
"""Sizes that are written without a power of ten."""
_FORGETS = 0.4


def number_text(value: float, decimals: int | None = None) -> str:
    """Return a number in as many digits as it carries, with a minus sign.

    A short number (at most eight digits) is shown as it is; a long one is noise in its tail and is shown with six
    digits, at least three decimals. `decimals` asks for a fixed count instead.
    """
    if isinstance(value, int):
        return str(value).replace("-", MINUS)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    size = abs(value)
    if size and (size >= 1e9 or size < 1e-4):
        text = f"{value:.{_EXACT_DIGITS}g}" if _digits(value) <= _EXACT_DIGITS else f"{value:.{_NOISY_DIGITS - 1}e}"
        mantissa, _, exponent = text.partition("e")
        text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    else:
        text = f"{value:.{decimals_of(value) if decimals is None else decimals}f}"
    return text.replace("-", MINUS)


def grouped(text: str) -> str:
    """Return a number's text with its digits before the point in groups of three, where there are five or more."""
    whole, point, rest = text.partition(".")
    digits = whole.lstrip(MINUS)
    if not digits.isdigit() or len(digits) < _GROUPED_FROM:
        return text
    return whole[: len(whole) - len(digits)] + f"{int(digits):,}".replace(",", THIN_SPACE) + point + rest


def decimals_of(value: float) -> int:
    """Return how many decimals `number_text` gives a float of ordinary size."""
    if not math.isfinite(value) or value == 0:
        return 0 if not math.isfinite(value) else 1
    whole = math.floor(math.log10(abs(value))) + 1
    digits = _digits(value)
    if digits <= _EXACT_DIGITS:
        return max(1, digits - whole)
    return max(3 if whole <= _NOISY_DIGITS else 0, _NOISY_DIGITS - (whole or 1))


def _digits(value: float) -> int:
    """Significant digits of the shortest text that reads back as this float (to 15 digits)."""
    mantissa = f"{value:.14e}".partition("e")[0].lstrip("-").replace(".", "")
    return len(mantissa.rstrip("0")) or 1


class Steady:
    """Texts of one changing number in the driver's unit, written such that it does not jump from reading to reading.

    Ordinary sizes are written plainly, with decimals that are not taken back while the size stays. What is too small
    or too large for that is written with a power of ten; a single small reading in a noisy row is not.
    """

    def __init__(self) -> None:
        self._decimals = 0
        self._whole: int | None = None
        self._scale = 0.0
        self._powered = False

    def text(self, value: float) -> str:
        """Return the number's text."""
        if isinstance(value, int):
            return grouped(number_text(value))
        if not math.isfinite(value):
            return number_text(value)
        if self._needs_power(abs(value)):
            self._whole = None
            mantissa, _, exponent = f"{value:.{_POWER_DECIMALS}e}".partition("e")
            return f"{mantissa}e{int(exponent)}".replace("-", MINUS) if value else "0"
        whole = math.floor(math.log10(abs(value))) + 1 if value else 1
        wanted = 0 if value.is_integer() else min(decimals_of(value), _MOST_DECIMALS)
        if self._whole is None or abs(whole - self._whole) > 1:
            self._whole, self._decimals = whole, wanted
        elif value:
            self._decimals = max(self._decimals, wanted)
            self._whole = max(whole, 1)
        return grouped(f"{value:.{self._decimals}f}".replace("-", MINUS))

    def _needs_power(self, size: float) -> bool:
        """Judge by the recent readings together: zero crossings of a noisy one are no small values."""
        self._scale = max(size, self._scale * _FORGETS)
        low, high = (10 * _PLAIN[0], _PLAIN[1] / 10) if self._powered else _PLAIN
        if self._scale:
            self._powered = not low <= self._scale < high
        return self._powered


def choice_text(choice: Choice) -> str:
    """Return a choice's label.

    The name of an Enum member in capitals is written as words, or as its value where that is made for reading:
    ``CONSTANT_POWER`` becomes *Constant power*, ``VOLT_5 = "5 V"`` becomes *5 V*.
    """
    label, value = choice.label, choice.value
    shouted = label.isupper() and label.isidentifier() and (len(label) > 4 or "_" in label)
    if shouted and isinstance(value, str) and 0 < len(value) <= 24 and (" " in value or not value.isupper()):
        return value
    return label.replace("_", " ").capitalize() if shouted else label


def quantity_text(value: float, unit: str) -> tuple[str, str]:
    """Return a fixed number and its unit, with an SI prefix where the number is very large or small.

    For what stands still, such as a bound; a reading keeps the driver's unit (`Steady`).
    """
    value = float(value)
    power, unit = prefixed(value, unit)
    shown = value if power == 0 else float(f"{float(f'{value:.15e}') * 10.0**-power:.14g}")
    return grouped(number_text(shown).removesuffix(".0")), unit


def prefixed(value: float, unit: str) -> tuple[int, str]:
    """Return the power of ten to divide by, and the unit then, where a very large or small number takes a prefix."""
    split = split_unit(unit)
    size = abs(value)
    if split is None or "/" in unit or not math.isfinite(value) or 0.01 <= size < 1e5 or not size:
        return 0, unit
    own, base = split
    if own not in ENGINEERING:
        return 0, unit
    power = min(max(3 * math.floor((math.log10(size) + own) / 3), -15), 12)
    return power - own, (ENGINEERING[power] + base if power != own else unit)


def value_text(value: Any, type_: TypeDescription | None = None) -> str:
    """Return a value of any type in one short line, for a row."""
    if type_ is not None and type_.choices:
        for choice in type_.choices:
            if choice.value == value and type(choice.value) is type(value):
                return choice_text(choice)
    if type_ is not None and type_.kind == "optional" and value is not None:
        return value_text(value, type_.items[0])
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "On" if value else "Off"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, complex):
        return complex_text(value)
    if isinstance(value, str):
        return value if value else "(empty)"
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes_text(bytes(value))
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S") if value.tzinfo else value.strftime("%Y-%m-%d %H:%M:%S")
    return summary(value)


def summary(value: Any) -> str:
    """Return what a container is, or its content where that is short."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        if len(shape) == 1:
            return count_text(shape[0], "point")
        return " × ".join(str(n) for n in shape) + " values" if shape else value_text(value.item())
    text = literal_text(value) if is_short(value) else ""
    if 0 < len(text) <= 40:
        return text
    if isinstance(value, Mapping):
        return count_text(len(value), "entry", "entries")
    if isinstance(value, Sequence | set | frozenset):
        return count_text(len(value), "value")
    return (text or literal_text(value))[:39] + "…"


def is_short(value: Any, longest: int = 400) -> bool:
    """Whether the literal of a value has at most so many characters, told without writing a long one."""
    left = longest

    def fits(part: Any) -> bool:
        nonlocal left
        size = getattr(part, "size", None)
        if isinstance(size, int):
            left -= 3 * size
            return left >= 0
        if isinstance(part, Mapping):
            return all(fits(key) and fits(item) for key, item in part.items())
        if isinstance(part, list | tuple | set | frozenset):
            left -= 2 * len(part)
            return left >= 0 and all(map(fits, part))
        left -= len(part) if isinstance(part, str | bytes | bytearray | memoryview) else 1
        return left >= 0

    return fits(value) and len(literal_text(value)) <= longest


def count_text(count: int, one: str, many: str = "") -> str:
    """Return ``1 point`` or ``601 points``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def complex_text(value: complex) -> str:
    """Return a complex number with a minus sign and ``j``."""
    sign = MINUS if value.imag < 0 or (value.imag == 0 and math.copysign(1, value.imag) < 0) else "+"
    return f"{number_text(value.real)} {sign} {number_text(abs(value.imag))}j"


def bytes_text(value: bytes, limit: int = 24) -> str:
    """Return bytes as pairs of hexadecimal digits."""
    shown = value[:limit].hex(" ")
    return f"{shown} … ({len(value)} bytes)" if len(value) > limit else shown or "(empty)"


def literal_text(value: Any) -> str:
    """Return a value as a Python literal where there is one, in full: what an editor shows and the clipboard gets."""
    if hasattr(value, "tolist"):
        return repr(value.tolist())
    if isinstance(value, datetime):
        return repr(value.isoformat(sep=" "))
    return repr(value)


def short_literal(value: Any, limit: int = 24) -> str:
    """Return a literal for a line of the history, shortened."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return "<" + " × ".join(str(n) for n in shape) + ">"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple | bytes) and len(value) > 20:
        return f"<{len(value)} {'bytes' if isinstance(value, bytes) else 'values'}>"
    text = literal_text(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def call_text(member: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> str:
    """Return a call as the history shows it: ``sweep(1520, 1580, repeats=2)``."""
    parts = [short_literal(value) for value in args]
    parts += [f"{name}={short_literal(value)}" for name, value in (kwargs or {}).items()]
    return f"{member}({', '.join(parts)})"


def elapsed_text(seconds: float) -> str:
    """Return a running time: ``00:03.1``, from an hour on ``1:02:03``."""
    seconds = max(0.0, seconds)
    if seconds >= 3600:
        return f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02d}:{int(seconds) % 60:02d}"
    tenths = int(seconds * 10)
    return f"{tenths // 600:02d}:{tenths // 10 % 60:02d}.{tenths % 10}"


def duration_text(seconds: float) -> str:
    """Return how long something took: ``38 ms``, ``1.84 s``, ``2 min 05 s``."""
    if seconds < 1.0:
        return f"{seconds * 1000:.0f} ms" if seconds >= 0.0005 else "< 1 ms"
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


def age_text(seconds: float) -> str:
    """Return an age: ``12 s``, ``3 min``, ``2 h``, ``4 d``."""
    seconds = max(0.0, seconds)
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} d"


def clock_text(when: float) -> str:
    """Return the local time of day of a UTC time in seconds: ``14:05:11``."""
    return time.strftime("%H:%M:%S", time.localtime(when))
