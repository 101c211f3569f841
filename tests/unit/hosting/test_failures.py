"""Exceptions in the form that travels."""

# ruff: noqa: N818 - drivers name their exceptions as they like

from __future__ import annotations

import builtins
import subprocess
from typing import Any

import pytest
from Pyro5 import errors, serializers

from pyrolab_gui.hosting.failures import reason_of, refusal, translated


class LaserFault(Exception):
    def __init__(self, code, *, hint):
        super().__init__(code)
        self.hint = hint


class Timeout(TimeoutError): ...


class Missing(KeyError): ...


class Rude(ValueError):
    def __str__(self) -> str:
        raise RuntimeError("no")


def of_os(kind, *args):
    return kind(*args)


@pytest.mark.parametrize(
    ("error", "kind", "text", "remote_class", "message"),
    [
        (ValueError("bad"), ValueError, "bad", "ValueError", "bad"),
        (LaserFault(7, hint="x"), RuntimeError, "LaserFault: 7", "LaserFault", "7"),
        (Timeout("late"), TimeoutError, "Timeout: late", "Timeout", "late"),
        (KeyError("k"), KeyError, "'k'", "KeyError", "k"),
        (Missing("k"), KeyError, "'Missing: k'", "Missing", "k"),
        (Rude(), ValueError, "Rude: (no message)", "Rude", "(no message)"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad byte"), UnicodeError, None, "UnicodeDecodeError", None),
        (ExceptionGroup("several", [ValueError()]), RuntimeError, None, "ExceptionGroup", None),
        (StopIteration("x"), RuntimeError, "StopIteration: x", "StopIteration", "x"),
        (SystemExit(3), RuntimeError, "SystemExit: 3", "SystemExit", "3"),
        (
            errors.ConnectionClosedError("gone"),
            RuntimeError,
            "ConnectionClosedError: gone",
            "ConnectionClosedError",
            "gone",
        ),
        (errors.TimeoutError("late"), RuntimeError, "TimeoutError: late", "TimeoutError", "late"),
        (subprocess.CalledProcessError(2, "x"), RuntimeError, None, "CalledProcessError", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_the_nearest_builtin_class(error, kind, text, remote_class, message):
    made = translated(error)
    assert type(made) is kind
    assert getattr(builtins, type(made).__name__) is type(made)
    assert made.remote_class.rpartition(".")[2] == remote_class  # type: ignore[attr-defined]
    if text is not None:
        assert str(made) == text
        assert made.remote_message == message  # type: ignore[attr-defined]


def test_an_oserror_keeps_its_errno():
    made = translated(PermissionError(13, "port busy", "COM4"))
    assert type(made) is PermissionError
    assert made.errno == 13
    assert made.remote_message == "port busy: COM4"  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", [1, 3, 4])
def test_it_arrives_with_class_and_message(number):
    serializer = serializers.serializers_by_id[number]
    arrived: Any = serializer.loads(serializer.dumps(translated(LaserFault(7, hint=object()))))
    assert (arrived.remote_class, arrived.remote_message) == (f"{LaserFault.__module__}.LaserFault", "7")
    assert type(arrived) is RuntimeError


def test_what_has_been_translated_stays_as_it_is():
    error = refusal(ValueError, "BadArgument", "power must be a number.")
    assert translated(error) is error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("no such port."), "no such port"),
        (OSError(2, "No such file", "COM4"), "FileNotFoundError: No such file: COM4"),
        (ValueError(), "ValueError"),
        (LaserFault("a\nb", hint=0), "LaserFault: a b"),
    ],
)
def test_a_reason_is_one_line(error, reason):
    assert reason_of(error) == reason
