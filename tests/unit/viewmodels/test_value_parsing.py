"""What was typed is read exactly, in the unit of its field, or refused with a sentence."""

from __future__ import annotations

import math

import pytest

from pyrolab_gui.viewmodels.type_text import bounds_text, type_text
from pyrolab_gui.viewmodels.typed_text import edit_text, parse, parse_arguments, parse_literal
from pyrolab_gui.viewmodels.value_check import check
from pyrolab_gui.wire.description import Choice, ParameterDescription, TypeDescription

FLOAT = TypeDescription("float")
INT = TypeDescription("int")
MILLIWATT = TypeDescription("float", unit="mW", ge=0.1, le=13.0)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1e-9", "", 1e-9),
        ("−2", "", -2.0),
        (" +3.50 ", "mW", 3.5),
        ("3.5mW", "mW", 3.5),
        ("3.5 µW", "mW", 0.0035),
        ("3.5 uW", "mW", 0.0035),
        ("1.55 um", "nm", 1550.0),
        ("10k", "Hz", 10_000.0),
        ("10k", "", 10_000.0),
        ("2 GHz", "MHz", 2000.0),
        ("5m", "m", 5.0),
        ("20 mm/s", "m/s", 0.02),
        ("3 dbm", "dBm", 3.0),
        (".5", "", 0.5),
        ("1_000.5", "", 1000.5),
        ("0x10", "", 16.0),
        ("0.1", "", 0.1),
    ],
)
def test_numbers_with_units(text: str, unit: str, value: float):
    assert parse(TypeDescription("float", unit=unit), text) == value


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("", "", "number is needed"),
        ("3,5", "", "point"),
        ("three", "", "not a number"),
        ("5 V", "mW", "in mW"),
        ("10k", "GHz", "in GHz"),
        ("3 mdBm", "dBm", "in dBm"),
        ("5 V", "", "no unit"),
        ("1e400", "", "too large"),
        ("nan", "", "finite"),
        ("inf", "", "finite"),
        ("1.2.3", "", "not a number"),
        ("__import__('os')", "", "not a number"),
    ],
)
def test_what_is_no_number_is_refused_in_words(text: str, unit: str, words: str):
    with pytest.raises(ValueError, match=words):
        parse(TypeDescription("float", unit=unit), text)


def test_inf_and_nan_only_where_the_driver_allows_them():
    free = TypeDescription("float", allow_inf_nan=True)
    assert parse(free, "-inf") == -math.inf
    assert math.isnan(parse(free, "nan"))


def test_whole_numbers_keep_every_digit():
    big = 123456789012345678901234567890123456789
    assert parse(INT, str(big)) == big
    assert parse(INT, f"−{big}") == -big
    assert parse(INT, "1e3") == 1000
    assert parse(INT, "0xff") == 255
    assert type(parse(INT, "4.0")) is int
    with pytest.raises(ValueError, match="whole"):
        parse(INT, "4.5")
    with pytest.raises(ValueError, match="whole number is needed, at least 1"):
        parse(TypeDescription("int", ge=1), " ")


@pytest.mark.parametrize("value", [1e-9, 0.1, 1550.0, -2.5e-13, 5e-324, 1.7976931348623157e308, 0.0, 1 / 3])
def test_floats_survive_the_editor(value: float):
    assert parse(FLOAT, edit_text(FLOAT, value)) == value


def test_bounds_are_told_and_checked():
    assert bounds_text(MILLIWATT) == "0.1 – 13 mW"
    assert bounds_text(TypeDescription("int", ge=1)) == "at least 1"
    assert bounds_text(TypeDescription("float", gt=0, unit="s")) == "more than 0 s"
    assert bounds_text(TypeDescription("float", ge=0, lt=1)) == "0 – below 1"
    assert bounds_text(FLOAT) == ""
    assert bounds_text(TypeDescription("float", unit="Hz", ge=1e3, le=1e8)) == "1000 Hz – 100 MHz"
    assert bounds_text(TypeDescription("int", ge=1000, le=1_000_000)) == "1000 – 1\u202f000\u202f000"
    assert (
        bounds_text(TypeDescription("float", unit="mW", ge=0, le=20, multiple_of=0.1)) == "0 – 20 mW, steps of 0.1 mW"
    )
    with pytest.raises(ValueError, match=r"At most 13 mW\."):
        parse(MILLIWATT, "14")
    with pytest.raises(ValueError, match=r"At least 0.1 mW\."):
        parse(MILLIWATT, "50 uW")
    assert check(TypeDescription("float", multiple_of=0.1), 0.3) == ""
    assert check(TypeDescription("float", multiple_of=0.1), 0.35) == "Only multiples of 0.1."
    assert check(TypeDescription("float", gt=0), 0.0) == "More than 0."


def test_none_is_not_zero():
    optional = TypeDescription("optional", items=(FLOAT,))
    assert parse(optional, "") is None
    assert parse(optional, "0") == 0.0
    assert edit_text(optional, None) == ""
    assert edit_text(optional, 0.0) == "0"
    assert check(FLOAT, None) == "A value is needed."


def test_a_bool_is_no_number():
    assert check(FLOAT, True) == "A number is needed."
    assert check(INT, 2.0) == ""


def test_bytes_complex_times_choices():
    assert parse(TypeDescription("bytes"), "0D 0a,ff") == b"\r\n\xff"
    with pytest.raises(ValueError, match="two digits"):
        parse(TypeDescription("bytes"), "0d 0")
    with pytest.raises(ValueError, match="hexadecimal"):
        parse(TypeDescription("bytes"), "xyz")
    assert parse(TypeDescription("complex"), "1 − 2j") == 1 - 2j
    assert parse(TypeDescription("complex"), edit_text(TypeDescription("complex"), 1e-9 + 2j)) == 1e-9 + 2j
    with pytest.raises(ValueError, match="complex"):
        parse(TypeDescription("complex"), "one")
    assert parse(TypeDescription("datetime"), "2026-03-01 14:05") == "2026-03-01T14:05:00"
    with pytest.raises(ValueError, match="date"):
        parse(TypeDescription("datetime"), "yesterday")
    mode = TypeDescription("enum", choices=(Choice("Slow", 1), Choice("Fast", 2)))
    assert parse(mode, "Fast") == 2
    with pytest.raises(ValueError, match="Slow, Fast"):
        parse(mode, "Warp")
    assert check(mode, True), "True is not the choice 1"


def test_text_is_taken_as_it_is():
    assert parse(TypeDescription("str"), "  two  spaces ") == "  two  spaces "
    with pytest.raises(ValueError, match="At least 3 characters"):
        parse(TypeDescription("str", min_length=3), "ab")
    with pytest.raises(ValueError, match="form"):
        parse(TypeDescription("str", pattern="^COM[0-9]+$"), "ttyUSB0")


def test_containers_are_literals_and_their_items_are_checked():
    numbers = TypeDescription("list", items=(TypeDescription("float", ge=0),), max_length=3)
    assert parse(numbers, "[1, 2.5]") == [1, 2.5]
    with pytest.raises(ValueError, match="Value 2: at least 0"):
        parse(numbers, "[1, -1]")
    with pytest.raises(ValueError, match="At most 3 values"):
        parse(numbers, "[1, 2, 3, 4]")
    with pytest.raises(ValueError, match="list is needed"):
        parse(numbers, "5")
    pair = TypeDescription("tuple", items=(FLOAT, INT))
    assert parse(pair, "(1.5, 2)") == (1.5, 2)
    with pytest.raises(ValueError, match="2 values are needed, 3 are given"):
        parse(pair, "(1, 2, 3)")
    assert parse(TypeDescription("dict"), "{1: 'a'}") == {1: "a"}
    assert parse(TypeDescription("array", ndim=2), "[[1, 2], [3, 4]]") == [[1, 2], [3, 4]]
    union = TypeDescription("union", items=(FLOAT, TypeDescription("str")))
    assert parse(union, "max") == "max"
    assert parse(union, "3") == 3
    with pytest.raises(ValueError, match="as in Python"):
        parse(numbers, "open('x')")


def test_literals_are_never_evaluated():
    for text in ("__import__('os').getcwd()", "[x for x in (1,)]", "1 if 1 else 2", "f'{1}'"):
        with pytest.raises(ValueError, match="not a value"):
            parse_literal(text)


def test_dataclass_fields_are_checked_by_name():
    fields = (
        ParameterDescription("gain", TypeDescription("float", ge=0)),
        ParameterDescription("note", TypeDescription("str"), default=""),
    )
    pid = TypeDescription("dict", name="Pid", fields=fields)
    assert check(pid, {"gain": 1.0}) == ""
    assert check(pid, {}) == "gain is needed."
    assert check(pid, {"gain": -1.0}) == "gain: at least 0."


def test_a_free_line_of_arguments():
    assert parse_arguments("") == ([], {})
    assert parse_arguments("1.5, slow, [1, 2], repeats=2, mode='a, b'") == (
        [1.5, "slow", [1, 2]],
        {"repeats": 2, "mode": "a, b"},
    )
    assert parse_arguments("'a\\'b', (1, 2),") == (["a'b", (1, 2)], {})
    with pytest.raises(ValueError, match="before those with one"):
        parse_arguments("a=1, 2")
    with pytest.raises(ValueError, match="not closed"):
        parse_arguments("[1, 2")
    with pytest.raises(ValueError, match="twice"):
        parse_arguments("a=1, a=2")


def test_types_have_names_in_words():
    assert type_text(TypeDescription("list", items=(FLOAT,))) == "list of numbers"
    assert type_text(TypeDescription("optional", items=(INT,))) == "whole number or none"
    assert type_text(TypeDescription("array", items=(FLOAT,), ndim=1)) == "1-D array of numbers"
    assert type_text(TypeDescription("tuple", items=(FLOAT, INT))) == "(number, whole number)"
    assert type_text(TypeDescription("any", name="Callable")) == "Callable"
