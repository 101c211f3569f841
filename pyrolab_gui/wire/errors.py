"""The small tree of errors that the application shows: each a sentence, with the detail behind it.

Errors of Pyro5, of sockets and of child processes are translated into these once, at the border where they appear
(``network.errors``, ``supervision``); view models and widgets know no others.
"""

from __future__ import annotations


class LabError(Exception):
    """A failure in words that a lab manager understands.

    Parameters
    ----------
    sentence
        One sentence: what failed, and why where it is known.
    detail
        What stands behind it: a traceback, output lines, an address. May be empty.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail

    def __reduce__(self) -> tuple[type[LabError], tuple[str, str]]:
        return type(self), (self.sentence, self.detail)


class Unreachable(LabError):  # noqa: N818 - a state of affairs, named as the window names it
    """The process that should answer does not: refused, lost, no route, wrong protocol."""


class NotRegistered(LabError):  # noqa: N818
    """The nameserver answered, and does not know the name."""


class NoReply(Unreachable):
    """Connected, but no answer within the time limit; the remote call may still run."""


class NotSecure(Unreachable):
    """The two ends do not agree on TLS, or one does not believe the other's certificate: `cause` says which."""

    def __init__(self, sentence: str, detail: str = "", cause: str = "") -> None:
        super().__init__(sentence, detail)
        self.cause = cause


class Locked(LabError):  # noqa: N818
    """Somebody else holds the lock of the instrument."""


class RemoteFailure(LabError):  # noqa: N818
    """The driver raised.

    `class_name` is the driver's own exception class, `message` its text; `detail` the remote traceback.
    """

    def __init__(self, sentence: str, detail: str = "", class_name: str = "", message: str = "") -> None:
        super().__init__(sentence, detail)
        self.class_name = class_name
        self.message = message


class BadArgument(RemoteFailure):
    """An argument was refused before the driver saw it; `message` names the parameter and the bound."""


class ConfigInvalid(LabError):  # noqa: N818
    """A lab file, or a part of it, cannot be used."""
