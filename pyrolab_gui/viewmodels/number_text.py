"""Numbers as people in a lab type them: ``1e-9``, ``3.5 mW``, ``10k``, ``−2``.

`parse_number` reads one in the unit of its field, exactly (decimal arithmetic, so ``3.5 µW`` in a field in mW is
0.0035 and not nearly so). Limits: a unit converts to the same unit with another SI prefix only; nothing here knows
that a nanometre is also a frequency.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation

PREFIXES = {
    "f": -15, "p": -12, "n": -9, "µ": -6, "μ": -6, "u": -6, "m": -3, "c": -2, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12,
}  # fmt: skip
BASE_UNITS = frozenset(
    ["W", "V", "A", "Hz", "s", "m", "K", "Pa", "J", "F", "H", "T", "Ω", "ohm", "Ohm", "N", "g", "C", "S", "bar", "L",
     "l", "eV", "rad", "lm", "lx", "Sa", "S", "b", "B", "mol", "Wb", "VA", "Torr", "G", "b/s", "B/s", "counts"]
)  # fmt: skip
UNPREFIXED = frozenset(["counts"])
ENGINEERING = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}

_NUMBER = re.compile(
    r"""\s*(?P<sign>[+\-−–]?)\s*
    (?P<body>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+
      |(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+\-−]?\d+)?
      |inf(?:inity)?|nan|∞)
    \s*(?P<unit>.*?)\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_TOO_LARGE = 10_000


def split_unit(unit: str) -> tuple[int, str] | None:
    """Return (power of ten of the prefix, rest of the unit), or None if the unit takes no prefix.

    ``"mW"`` gives ``(-3, "W")``, ``"nm/s"`` gives ``(-9, "m/s")``; ``"dBm"``, ``"%"`` and ``"nm²"`` give None.
    """
    head, slash, tail = unit.partition("/")
    rest = slash + tail
    if head in UNPREFIXED:
        return None
    if head in BASE_UNITS:
        return 0, head + rest
    if len(head) > 1 and head[0] in PREFIXES and head[1:] in BASE_UNITS and head[1:] not in UNPREFIXED:
        return PREFIXES[head[0]], head[1:] + rest
    return None


def parse_number(text: str, unit: str = "") -> Decimal:
    """Read a number typed into a field whose values are in `unit`.

    Returns
    -------
    Decimal
        Exact; may be infinite or nan where that was typed.

    Raises
    ------
    ValueError
        With a sentence for the person who typed.
    """
    if not text.strip():
        raise ValueError("A number is needed.")
    match = _NUMBER.match(text)
    if match is None or (match["body"].lower() == "nan" and match["unit"]):
        raise ValueError("This is not a number.")
    if re.match(r",\d+$", match["unit"]):
        raise ValueError("Write the decimal point as a point, not a comma.")
    if match["unit"][:1] in tuple("0123456789.,"):
        raise ValueError("This is not a number.")
    body = match["body"].lower().replace("−", "-").replace("∞", "inf")
    negative = match["sign"] in ("-", "−", "–")
    try:
        if body[:2] in ("0x", "0b", "0o"):
            number = Decimal(int(body, 0))
        else:
            number = Decimal(body.replace("_", ""))
    except (InvalidOperation, ValueError):
        raise ValueError("This is not a number.") from None
    if number.is_finite() and abs(number.adjusted()) > _TOO_LARGE:
        raise ValueError("This number is too large to be meant.")
    power = _power(match["unit"], unit)
    if power and number.is_finite():
        number = number.scaleb(power, Context(prec=len(number.as_tuple().digits) + 1))
    return number.copy_negate() if negative else number


def _power(typed: str, unit: str) -> int:
    """Return the power of ten by which a number in the `typed` unit becomes one in `unit`."""
    if not typed or typed == unit or (typed.casefold() == unit.casefold() and split_unit(typed) is None):
        return 0
    ours = split_unit(unit)
    if typed in PREFIXES and (unit == "" or (ours is not None and ours[0] == 0)):
        return PREFIXES[typed]
    theirs = split_unit(typed)
    if theirs is not None and ours is not None and theirs[1] == ours[1]:
        return theirs[0] - ours[0]
    if not unit:
        raise ValueError(f"This value has no unit; “{typed}” is not understood.")
    raise ValueError(f"This value is in {unit}; “{typed}” is not understood.")


def to_float(number: Decimal) -> float:
    """Return the nearest float.

    Raises
    ------
    ValueError
        If it is finite but beyond the range of a float.
    """
    value = float(number)
    if number.is_finite() and value in (float("inf"), float("-inf")):
        raise ValueError("This number is too large.")
    return value


def to_int(number: Decimal) -> int:
    """Return the number as a whole number of any size.

    Raises
    ------
    ValueError
        If it is not whole.
    """
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError("A whole number is needed.")
    return int(number)
