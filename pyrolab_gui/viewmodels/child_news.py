"""What is told of a child that ended without being asked to: one notice for one crash, the newest in place of the last.

Limits: judges statuses as they come; it tells nobody, and remembers only how often each child had been started again.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.viewmodels.registry_rows import clock
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTE = re.compile(r"\d\d:\d\d:\d\d (?P<sentence>[^\n]*)\n?(?P<output>.*)", re.DOTALL)
"""What the detail of a child that was started again holds: when and how it ended, and its last output."""


class ChildNews:
    """Turns the statuses of children into notices."""

    def __init__(self) -> None:
        self._told: dict[str, ChildStatus] = {}
        self._restarts: dict[str, int] = {}

    def begin(self, statuses: Iterable[ChildStatus]) -> None:
        """Take children as they are found: what happened to them before is no news."""
        for status in statuses:
            self._told.setdefault(status.key, status)
            self._restarts.setdefault(status.key, status.restarts)

    def note(self, status: ChildStatus) -> Notice | None:
        """Take the next status of a child; return what is to be told, if anything."""
        before = self._told.get(status.key)
        self._told[status.key] = status
        known = self._restarts.setdefault(status.key, status.restarts)
        again = before is not None and (before.state, before.error) == (status.state, status.error)
        if status.state is ChildState.FAILED and not again:
            return Notice("error", _sentence(status), status.detail, about=status.key)
        if status.state is ChildState.BACKOFF and not again:
            when = f" It will be started again at {clock(status.retry_at)}." if status.retry_at else ""
            return Notice("warning", _sentence(status) + when, status.detail, about=status.key)
        if status.restarts < known:
            self._restarts[status.key] = status.restarts
        elif status.restarts > known and status.state is ChildState.RUNNING:
            self._restarts[status.key] = status.restarts
            return _restarted(status)
        return None


def _sentence(status: ChildStatus) -> str:
    sentence = status.error or f"{status.name} ended without being asked to."
    return sentence if status.name in sentence else f"{status.name}: {sentence}"


def _restarted(status: ChildStatus) -> Notice:
    note = _NOTE.fullmatch(status.detail)
    how = note["sentence"].rstrip(". ") if note is not None else f"{status.name} ended without being asked to"
    when = clock(status.started or time.time())
    if status.kind is ChildKind.DAEMON:
        after = "what its instruments are set to is not known"
    else:
        after = "daemons register there again by themselves"
    output = note["output"].strip("\n") if note is not None else ""
    return Notice("warning", f"{how}, and was started again at {when}; {after}.", output, about=status.key)
