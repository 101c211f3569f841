"""Every failure becomes one of a few kinds of error, with a sentence about the service."""

from __future__ import annotations

from typing import Any

import pytest
from Pyro5 import errors

from pyrolab_gui.network.errors import translated
from pyrolab_gui.wire.errors import BadArgument, LabError, Locked, NoReply, RemoteFailure, Unreachable


def remote(error: Any, **attributes: object) -> Any:
    error._pyroTraceback = ["Traceback (most recent call last):\n", "  line 1\n"]
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (errors.TimeoutError("receiving: timeout"), NoReply, "has not answered in time"),
        (TimeoutError("timed out"), NoReply, "has not answered in time"),
        (errors.ConnectionClosedError("receiving: not enough data"), Unreachable, "was lost"),
        (errors.ProtocolError("invalid data"), Unreachable, "was lost"),
        (ConnectionResetError(104, "Connection reset by peer"), Unreachable, "Connection reset by peer"),
        (errors.SerializeError("don't know how to serialize"), LabError, "cannot be put into a message"),
        (errors.MessageTooLargeError("message too large"), LabError, "too large"),
        (TypeError("cannot serialize 'object'"), LabError, "TypeError: cannot serialize"),
        (remote(ValueError("not in range")), RemoteFailure, "reports ValueError: not in range"),
        (remote(KeyError("channel")), RemoteFailure, "reports KeyError: channel"),
        (remote(TimeoutError("no answer on GPIB")), RemoteFailure, "reports TimeoutError: no answer on GPIB"),
        (remote(OSError(5, "Input/output error")), RemoteFailure, "reports OSError"),
    ],
)
def test_kind_and_sentence(error: BaseException, kind: type[LabError], words: str):
    found = translated(error, "laser")
    assert type(found) is kind
    assert words in found.sentence
    assert "laser" in found.sentence
    assert found.detail


def test_a_drivers_own_class_is_named():
    error = remote(
        RuntimeError("InterlockOpen: the door is open"),
        remote_class="lab.drivers.InterlockOpen",
        remote_message="the door is open",
    )
    found = translated(error, "laser")
    assert isinstance(found, RemoteFailure)
    assert (found.class_name, found.message) == ("InterlockOpen", "the door is open")
    assert found.sentence == "laser reports InterlockOpen: the door is open"
    assert found.detail == "Traceback (most recent call last):\n  line 1\n"


def test_refusals_of_our_daemon_have_classes_of_their_own():
    locked = remote(RuntimeError("x"), remote_class="Locked", remote_message="laser is locked by ann@desk.")
    assert type(translated(locked, "laser")) is Locked
    assert translated(locked, "laser").sentence == "laser is locked by ann@desk."


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("Pyro object is locked (by 'ann')", "laser is locked by 'ann'."),
        ("Pyro object is locked", "laser is locked."),
    ],
)
def test_a_lock_at_a_daemon_of_pyrolab_is_a_lock(message, sentence):
    error = translated(remote(ConnectionRefusedError(message)), "laser")
    assert (type(error), error.sentence) == (Locked, sentence)


def test_a_driver_whose_own_connection_is_refused_is_not_locked():
    error = translated(remote(ConnectionRefusedError("Connection refused")), "laser")
    assert type(error) is RemoteFailure
    refused = remote(ValueError("x"), remote_class="BadArgument", remote_message="power must be at most 10 mW.")
    found = translated(refused, "laser")
    assert isinstance(found, BadArgument)
    assert found.sentence == "laser: power must be at most 10 mW."
    assert found.message == "power must be at most 10 mW."


def test_what_is_translated_stays_as_it_is():
    error = Unreachable("gone")
    assert translated(error, "laser") is error
