"""Exceptions in a form that every client can read: the nearest builtin class, one string, and who it was.

A driver's own class would arrive as an error of the serializer, and one of Pyro5's would cut the client's connection.
The text is ``ClassName: message`` unless the class is the builtin itself; ``remote_class`` and ``remote_message``
carry both apart; an OSError keeps its errno, so a builtin TimeoutError means the instrument (Pyro5's own means the
link). Refusals of ours use the same form, with a name of ours as ``remote_class``.
"""

from __future__ import annotations

from typing import Any

BAD_ARGUMENT = "BadArgument"
LOCKED = "Locked"
NOT_CONNECTED = "NotConnected"
NOT_SENDABLE = "NotSendable"
CANCELLED = "Cancelled"
LINK_LOST, NO_ANSWER, NOT_UNDERSTOOD = "LinkLost", "NoAnswer", "NotUnderstood"
"""What a relay says of its way to a foreign server."""

_REFUSALS = frozenset(
    (BAD_ARGUMENT, LOCKED, NOT_CONNECTED, NOT_SENDABLE, CANCELLED, LINK_LOST, NO_ANSWER, NOT_UNDERSTOOD)
)


def is_refusal(error: BaseException) -> bool:
    """Whether an error is one of ours, which tells nothing of the instrument."""
    return getattr(error, "remote_class", "") in _REFUSALS


def refusal(base: type[Exception], remote_class: str, sentence: str) -> Exception:
    """Return an error of ours, marked so that clients can tell it from the driver's."""
    error: Any = base(sentence)
    error.remote_class = remote_class
    error.remote_message = sentence
    assert isinstance(error, Exception)
    return error


def is_translated(error: BaseException) -> bool:
    """Whether `error` has been made by this module."""
    return hasattr(error, "remote_class") and hasattr(error, "remote_message")


def translated(error: BaseException) -> Exception:
    """Return `error` in the form that travels; one that has it already is returned as it is."""
    if is_translated(error) and type(error).__module__ == "builtins" and isinstance(error, Exception):
        return error
    message = message_of(error)
    name = type(error).__name__
    travelling: Any = None
    for base in type(error).__mro__:
        if base.__module__ == "builtins" and issubclass(base, Exception):
            travelling = _made(base, error, message if base is type(error) else f"{name}: {message}")
            if travelling is not None:
                break
    if travelling is None:
        travelling = RuntimeError(message if type(error) is RuntimeError else f"{name}: {message}")
    module = type(error).__module__
    travelling.remote_class = name if module == "builtins" else f"{module}.{type(error).__qualname__}"
    travelling.remote_message = message
    assert isinstance(travelling, Exception)
    return travelling


def message_of(error: BaseException) -> str:
    """Return the text of an exception, without errno and quotes, whatever its ``__str__`` does."""
    try:
        if isinstance(error, OSError) and error.strerror:
            text = str(error.strerror)
            return f"{text}: {error.filename}" if error.filename is not None else text
        if isinstance(error, KeyError) and len(error.args) == 1:
            return str(error.args[0])
        return str(error)
    except Exception:  # noqa: BLE001 - a driver's __str__ may raise anything
        return "(no message)"


def reason_of(error: BaseException) -> str:
    """Return one line that says what failed: the class where it tells something, and the message."""
    message = " ".join(message_of(error).split()).rstrip(".")
    name = type(error).__name__
    if not message:
        return name
    return message if type(error) in (RuntimeError, Exception) or is_translated(error) else f"{name}: {message}"


def _made(base: type[Exception], error: BaseException, text: str) -> Exception | None:
    if base is Exception or issubclass(base, StopIteration | StopAsyncIteration):
        return None
    try:
        if isinstance(error, OSError) and isinstance(error.errno, int) and issubclass(base, OSError):
            made: Exception = base(error.errno, text)
        else:
            made = base(text)
    except Exception:  # noqa: BLE001 - a class that does not take one string is not the one
        return None
    return made
