"""SI prefixes, and the units of a lab that take them. Limits: a table; other conversions are `units`."""

from __future__ import annotations

PREFIXES = {
    "f": -15, "p": -12, "n": -9, "µ": -6, "μ": -6, "u": -6, "m": -3, "c": -2, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12,
}  # fmt: skip
BASE_UNITS = frozenset(
    ["W", "V", "A", "Hz", "s", "m", "K", "Pa", "J", "F", "H", "T", "Ω", "ohm", "Ohm", "N", "g", "C", "S", "bar", "L",
     "l", "eV", "rad", "lm", "lx", "Sa", "S", "b", "B", "mol", "Wb", "VA", "Torr", "G", "b/s", "B/s", "counts"]
)  # fmt: skip
UNPREFIXED = frozenset(["counts"])
ENGINEERING = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T"}


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
