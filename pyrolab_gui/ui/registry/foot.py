"""The line below the registry's table: how much of the lab is ready, how much is shown, and what can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.theme.tokens import M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.state_label import StateLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_health import LabHealth

_SHOWN_NAMES = 4
_UNDO_FOR = 15_000
"""Milliseconds in which a removal can be taken back here."""


class RegistryFoot(Panel):
    """One line."""

    undoRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.setFixedHeight(32)
        self._ready = StateLabel("live", "")
        self._ready.setObjectName("registry-readiness")
        self._ready.hide()
        self._names = ElidedLabel()
        self._done = ElidedLabel()
        self._undo = button("Undo", "arrow-counter-clockwise", "ghost")
        self._undo.setObjectName("registry-undo")
        self._undo.clicked.connect(self._on_undo_clicked)
        self._shown = ElidedLabel()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_UNDO_FOR)
        self._timer.timeout.connect(self._hide_undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(M, 0, M, 0)
        row.setSpacing(S)
        row.addWidget(self._ready)
        row.addWidget(self._names, 3)
        row.addWidget(self._done, 3)
        row.addWidget(self._undo)
        row.addWidget(self._shown, 1)
        self._hide_undo()

    @property
    def text(self) -> str:
        """What is said of the lab."""
        ready = "" if self._ready.isHidden() else self._ready.text()
        return f"{ready} {self._names.text()}".strip()

    def show_health(self, health: LabHealth) -> None:
        """Show how much of the lab is ready, quietly where the rest was stopped; nothing where nothing is expected."""
        self._ready.setVisible(bool(health.sentence))
        self._ready.set_state(health.worst or "live", health.sentence)
        names = health.not_ready if health.promised else ()
        listed = ", ".join(names[:_SHOWN_NAMES])
        more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
        self._names.setText(f"not ready: {listed}{more}" if names else "")

    def show_counts(self, found: int, total: int) -> None:
        """Show how many rows the search leaves."""
        self._shown.setText(f"{found} of {total} shown" if found != total else "")

    def offer_undo(self, sentence: str) -> None:
        """Say what was removed, and offer to put it back for a while."""
        self._names.hide()
        self._done.setText(sentence)
        self._done.show()
        self._undo.show()
        self._timer.start()

    def _on_undo_clicked(self) -> None:
        self._hide_undo()
        self.undoRequested.emit()

    def _hide_undo(self) -> None:
        self._timer.stop()
        self._done.hide()
        self._undo.hide()
        self._names.show()
