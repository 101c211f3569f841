"""Errors of Pyro5, of sockets and of remote drivers, translated once into `wire.errors`.

`translated` is the border: above it there are sentences only. Limits: what a server does not say (a traceback, the
class of an exception) cannot be shown.
"""

from __future__ import annotations

import ssl
from typing import Any

from Pyro5 import errors

from pyrolab_gui.wire.errors import BadArgument, LabError, Locked, NoReply, RemoteFailure, Unreachable

_REFUSALS = frozenset(
    ("BadArgument", "Locked", "NotConnected", "NotSendable", "Cancelled", "LinkLost", "NoAnswer", "NotUnderstood")
)
"""What a daemon of ours calls its own refusals; their message is a sentence already."""
_LINKS: dict[str, type[LabError]] = {"Locked": Locked, "LinkLost": Unreachable, "NoAnswer": NoReply}
"""The two last are what a relay says of its own link to a foreign server."""
_LOCKED_AT_PYROLAB = "Pyro object is locked"
"""How a daemon of PyroLab refuses a client that is locked out; the owner follows in brackets."""


def translated(error: BaseException, name: str) -> LabError:
    """Return `error` as one of our own, about the service called `name`."""
    if isinstance(error, LabError):
        return error
    if is_remote(error):
        return remote_failure(
            name,
            str(getattr(error, "remote_class", "") or type(error).__name__),
            str(error.remote_message if hasattr(error, "remote_message") else _text(error)),
            _detail(error),
        )
    detail = f"{type(error).__module__}.{type(error).__qualname__}: {error}"
    if isinstance(error, errors.TimeoutError | TimeoutError):
        return NoReply(f"{name} has not answered in time; what was asked of it may still be running there.", detail)
    if isinstance(error, errors.SerializeError):
        return LabError(f"What was exchanged with {name} cannot be put into a message: {error}.", detail)
    if isinstance(error, errors.MessageTooLargeError):
        return LabError(f"A message to or from {name} is too large: {error}.", detail)
    if isinstance(error, errors.ConnectionClosedError | errors.CommunicationError | ssl.SSLError):
        return Unreachable(f"The connection to {name} was lost: its process ended or the network failed.", detail)
    if isinstance(error, OSError):
        return Unreachable(f"{name} cannot be reached: {error.strerror or error}.", detail)
    if isinstance(error, errors.PyroError):
        return LabError(f"{name}: {error}", detail)
    return LabError(f"{name}: {type(error).__name__}: {error}", detail)


def is_remote(error: BaseException) -> bool:
    """Whether an exception was raised at the other end."""
    return hasattr(error, "_pyroTraceback") or hasattr(error, "remote_class")


def remote_failure(name: str, class_name: str, message: str, detail: str) -> LabError:
    """Return the error for an exception that `name` raised."""
    if class_name in _REFUSALS:
        sentence = message if name in message else f"{name}: {message}"
        if class_name in _LINKS:
            return _LINKS[class_name](sentence, detail)
        kind = BadArgument if class_name == "BadArgument" else RemoteFailure
        return kind(sentence, detail, class_name, message)
    short = class_name.rpartition(".")[2]
    if short == "ConnectionRefusedError" and message.startswith(_LOCKED_AT_PYROLAB):
        owner = message.removeprefix(_LOCKED_AT_PYROLAB).strip(" ().")
        return Locked(f"{name} is locked {owner}".rstrip() + ".", detail)
    said = f"{name} reports {short}: {message}" if message else f"{name} reports {short}."
    return RemoteFailure(said, detail, short, message)


def traceback_text(lines: Any) -> str:
    """Return a remote traceback as it travels (a list of lines) as text."""
    if isinstance(lines, str):
        return lines
    return "".join(str(line) for line in lines) if isinstance(lines, list | tuple) else ""


def _text(error: BaseException) -> str:
    # KeyError's own str is the repr of its key.
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)


def _detail(error: BaseException) -> str:
    if detail := getattr(error, "remote_detail", ""):  # what a relay was told
        return str(detail)
    return traceback_text(getattr(error, "_pyroTraceback", "")) or f"{type(error).__name__}: {error}"
