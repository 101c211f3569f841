"""What the user is told: failures and news, each a sentence with the detail behind it.

Whoever has something to say posts it here; the window shows it as a toast and in its log.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.wire.errors import LabError

Kind: TypeAlias = Literal["error", "warning", "info"]

KEPT = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing said. `time` is in seconds since the epoch; a notice replaces the one before `about` the same thing."""

    kind: Kind
    sentence: str
    detail: str = ""
    time: float = field(default_factory=time.time, compare=False)
    about: str = ""


class Notifications(QObject):
    """Takes notices from anywhere, keeps the last of them, and tells whoever listens."""

    posted = Signal(object)
    """A `Notice`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: deque[Notice] = deque(maxlen=KEPT)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The last notices, the oldest first."""
        return tuple(self._kept)

    def error(self, error: BaseException | str, detail: str = "") -> None:
        """Say that something failed.

        Parameters
        ----------
        error
            A `LabError` brings its own sentence and detail; any other exception is unexpected, and its traceback is
            the detail; a string is the sentence.
        detail
            Used where the error brings none.
        """
        if isinstance(error, LabError):
            self.post(Notice("error", error.sentence, error.detail or detail))
        elif isinstance(error, BaseException):
            self.post(Notice("error", unexpected(error), detail or traceback_of(error)))
        else:
            self.post(Notice("error", error, detail))

    def warning(self, sentence: str, detail: str = "") -> None:
        """Say that something is not as it should be."""
        self.post(Notice("warning", sentence, detail))

    def info(self, sentence: str, detail: str = "") -> None:
        """Say that something was done."""
        self.post(Notice("info", sentence, detail))

    def post(self, notice: Notice) -> None:
        """Keep a notice and tell it; a detail that only repeats the sentence is none."""
        if notice.detail.strip().rstrip(".") in notice.sentence:
            notice = replace(notice, detail="")
        self._kept.append(notice)
        self.posted.emit(notice)


def unexpected(error: BaseException) -> str:
    """Return the sentence for an exception that nobody translated: a defect of this program."""
    text = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
    return f"Something went wrong inside the window ({said})."


def traceback_of(error: BaseException) -> str:
    """Return the traceback of an exception as text."""
    return "".join(traceback.format_exception(error))
