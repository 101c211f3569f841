"""Numbers as people in a lab type them: ``1e-9``, ``3.5 mW``, ``10k``, ``−2``.

`parse_number` reads one in the unit of its field, exactly where the units differ by an SI prefix (decimal arithmetic,
so ``3.5 µW`` in a field in mW is 0.0035 and not nearly so), else by `units`. Limits: units of one dimension; nothing
here knows that a nanometre is also a frequency.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation

from pyrolab_gui.viewmodels.prefixes import PREFIXES, split_unit
from pyrolab_gui.viewmodels.units import UnitsNotLoaded, conversion

_NUMBER = re.compile(
    r"""\s*(?P<sign>[+\-−–]?)\s*
    (?P<body>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+
      |(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+\-−]?\d+)?
      |inf(?:inity)?|nan|∞)
    \s*(?P<unit>.*?)\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_TOO_LARGE = 10_000


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
    if negative:
        number = number.copy_negate()
    return _in_unit(number, match["unit"], unit)


def _in_unit(number: Decimal, typed: str, unit: str) -> Decimal:
    """Return a number in the `typed` unit as one in `unit`."""
    power = _power(typed, unit)
    if power is not None:
        if not power or not number.is_finite():
            return number
        return number.scaleb(power, Context(prec=len(number.as_tuple().digits) + 1))
    sentence = f"This value is in {unit}; “{typed}” is not understood."
    try:
        way = conversion(typed, unit)
    except UnitsNotLoaded:
        raise UnitsNotLoaded(sentence) from None
    if way is None:
        raise ValueError(sentence)
    return Decimal(repr(way.forth(float(number))))


def _power(typed: str, unit: str) -> int | None:
    """Return the power of ten by which a number in the `typed` unit becomes one in `unit`; None for other units."""
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
    return None


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
