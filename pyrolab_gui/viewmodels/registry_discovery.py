"""Nameservers that answer a broadcast, asked for on request; each is listed with its address, none is believed.

Limits: looks at nothing by itself.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.viewmodels.bridge import Bridge


class Found(Protocol):
    """What is used of `network.discovery.FoundNameserver`."""

    @property
    def address(self) -> str:
        """``host:port``."""

    @property
    def answered_from(self) -> str:
        """The address that the answer came from."""

    @property
    def sentence(self) -> str:
        """The question before it is trusted."""


def _discover() -> Sequence[Found]:
    from pyrolab_gui.network.discovery import discover

    return discover()


class Discovery(QObject):
    """One search at a time.

    Parameters
    ----------
    bridge
        The way to Qt's thread.
    discover
        `network.discovery.discover`, or a stand-in; blocks, in a thread.
    """

    begun = Signal()
    ended = Signal(object, str)  # what was found, and why nobody could be asked

    def __init__(self, bridge: Bridge, discover: Callable[[], Sequence[Found]] = _discover) -> None:
        super().__init__()
        self._bridge = bridge
        self._discover = discover
        self._running = False

    @property
    def running(self) -> bool:
        """Whether answers are waited for."""
        return self._running

    def search(self) -> None:
        """Ask who is there."""
        if self._running:
            return
        self._running = True
        self.begun.emit()
        threading.Thread(target=self._work, name="discover nameservers", daemon=True).start()

    def _work(self) -> None:
        try:
            found, sentence = tuple(self._discover()), ""
        except LabError as error:
            found, sentence = (), error.sentence
        self._bridge.post(self._end, found, sentence)

    def _end(self, found: tuple[Found, ...], sentence: str) -> None:
        self._running = False
        self.ended.emit(found, sentence)
