"""Names and docstrings of a driver as labels and help: ``power_dbm`` is *Power (dBm)*, ````nm```` is *nm*.

Limits: pure functions; a unit at the end of a name is known by the member's own unit, or from a short list of those
that are no words.
"""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    ["id", "idn", "rms", "pid", "fft", "adc", "dac", "dc", "ac", "rf", "ip", "usb", "gpib", "scpi", "tec", "ld", "led",
     "ttl", "cw", "fwhm", "snr", "psd", "osa", "awg", "aom", "eom", "pwm", "cpu", "ram", "uri", "url", "tcp", "udp",
     "pzt", "tia", "ndf", "ccd", "cmos", "lcd", "roi", "voa", "edfa", "lo", "ph", "uv", "ir", "nir", "esr", "opc"]
)  # fmt: skip
_UNITS = {
    unit.casefold(): unit
    for unit in (
        "dBm", "dB", "dBc", "mW", "uW", "nW", "pW", "kW", "nm", "um", "mm", "cm", "km", "Hz", "kHz", "MHz", "GHz",
        "THz", "mV", "uV", "nV", "kV", "mA", "uA", "nA", "pA", "ms", "us", "ns", "ps", "fs", "mbar", "kPa", "hPa",
        "MPa", "Pa", "mK", "kOhm", "Ohm", "degC", "deg", "mrad", "urad", "rad", "rpm", "ppm", "sccm", "percent",
    )
}  # fmt: skip
_SPELLED = {"um": "µm", "uW": "µW", "uV": "µV", "uA": "µA", "us": "µs", "urad": "µrad", "kOhm": "kΩ", "Ohm": "Ω",
            "degC": "°C", "deg": "°", "percent": "%"}  # fmt: skip
_NEVER_ALONE = 2
"""A name of fewer words is no quantity with its unit: ``deg`` alone stays a word."""


def humanise(name: str, unit: str = "") -> str:
    """Return a member's name as a label: ``diode_current`` becomes *Diode current*.

    Parameters
    ----------
    unit
        The member's own unit, where it is known: a name that ends with it says it in its own spelling.
    """
    words = [word for word in re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).strip("_").split("_") if word]
    if not words:
        return name
    shown_unit = _unit_of(words, unit)
    if shown_unit:
        words.pop()
    words = [_word(word) for word in words]
    words[0] = words[0][:1].upper() + words[0][1:]
    return " ".join(words) + (f" ({shown_unit})" if shown_unit else "")


def _unit_of(words: list[str], unit: str) -> str:
    if len(words) < _NEVER_ALONE:
        return ""
    last = words[-1]
    if unit and _spelled(unit).casefold() == _spelled(_UNITS.get(last.casefold(), last)).casefold():
        return unit
    known = _UNITS.get(last.casefold(), "")
    if known and (not unit or last.casefold() not in _ABBREVIATIONS):
        return _spelled(known)
    return ""


def _spelled(unit: str) -> str:
    return _SPELLED.get(unit, unit)


def _word(word: str) -> str:
    if word.casefold() in _ABBREVIATIONS:
        return "pH" if word.casefold() == "ph" else word.upper()
    return word if len(word) > 1 and word.isupper() else word.lower()


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence: ``Sweep`` becomes *sweep*, but ``IDN`` stays."""
    first = label.partition(" ")[0]
    return label if len(first) > 1 and any(char.isupper() for char in first[1:]) else label[:1].lower() + label[1:]


_MARKS = (
    (re.compile(r"``(.+?)``", re.DOTALL), r"\1"),
    (re.compile(r":[a-zA-Z:+.-]+:`~?(?:[^`<]*?([^`<.]+?))(?:\s*<[^`>]*>)?`"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*<[^`>]*>`_{0,2}"), r"\1"),
    (re.compile(r"`([^`]+)`_{0,2}"), r"\1"),
    (re.compile(r"!?\[([^\]]+)\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"(?<![\w*])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*,)])([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"^\s*\.\. (?:note|warning|attention|caution|tip|seealso)::[ \t]*", re.MULTILINE), ""),
    (re.compile(r"^#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"::$", re.MULTILINE), ":"),
)  # fmt: skip


def plain_doc(text: str) -> str:
    """Return a docstring for reading: without the marks of reST and Markdown."""
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return text.strip()


def summary_of(text: str) -> tuple[str, str]:
    """Return the first paragraph of a docstring in one line, without a full stop, and what follows it."""
    plain = plain_doc(text)
    first, _, rest = plain.partition("\n\n")
    return " ".join(first.split()).rstrip("."), rest.strip()
