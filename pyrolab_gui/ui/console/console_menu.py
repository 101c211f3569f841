"""The menu of a console: how much of it is shown, whether actions ask first, and what is done seldom.

Made when it is opened. Limits: what is chosen is done by the view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel

VIEWS = (("operator", "Operator view: without what is advanced or hidden"), ("expert", "Expert view: everything"))


class ConsoleMenu(QMenu):
    """What can be done with a console as a whole."""

    viewChosen = Signal(str)
    arrangementChanged = Signal()
    searchRequested = Signal()
    setUpsRequested = Signal()
    freeRequested = Signal()
    scriptRequested = Signal(bool)
    """The history as a script: to a file, or else to the clipboard."""

    def __init__(self, console: ConsoleViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        views = QActionGroup(self)
        for view, words in VIEWS:
            action = self.addAction(words)
            action.setCheckable(True)
            action.setChecked(console.layout.view == view)
            action.triggered.connect(lambda _=False, v=view: self.viewChosen.emit(v))
            views.addAction(action)
        self.addAction("Search this console\tCtrl+F").triggered.connect(self.searchRequested)
        if console.layout.is_arranged:
            self.addAction("Arrange as the driver does").triggered.connect(self._reset)
        self.addSeparator()
        ask = self.addAction("Ask before every action")
        ask.setCheckable(True)
        ask.setChecked(console.layout.ask_first)
        ask.toggled.connect(self._set_ask_first)

        self.addSeparator()
        self.addAction("Set-ups: save, compare, put back…").triggered.connect(self.setUpsRequested)
        self.addAction("Free the instrument…").triggered.connect(self.freeRequested)
        done = any(run.outcome != "running" for run in console.runs.own())
        for words, to_file in (("Copy the history as a script", False), ("Save the history as a script…", True)):
            action = self.addAction(words)
            action.setEnabled(done)
            action.triggered.connect(lambda _=False, f=to_file: self.scriptRequested.emit(f))

    def _reset(self) -> None:
        self._console.layout.reset()
        self.arrangementChanged.emit()

    def _set_ask_first(self, ask: bool) -> None:
        self._console.layout.set_ask_first(ask)
        self._console.runsChanged.emit()  # every form looks whether it is to be asked for
        self.arrangementChanged.emit()
