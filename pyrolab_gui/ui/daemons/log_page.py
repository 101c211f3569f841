"""The last lines that a child wrote; follows while it is shown and scrolled to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pyrolab_gui.ui.daemons.text_page import TextPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QShowEvent

    from pyrolab_gui.wire.supervision import LogLines

_INTERVAL = 1000
_LINES = 5000


class LogPage(TextPage):
    """A log.

    Parameters
    ----------
    ask
        Asks for what a child (key) wrote after a position, empty for its last lines; calls back with them.
    """

    def __init__(
        self, ask: Callable[[str, str, Callable[[LogLines], object]], object], parent: QWidget | None = None
    ) -> None:
        super().__init__("Log", parent)
        self._ask = ask
        self._key = self._place = self._asking = ""
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setMaximumBlockCount(_LINES)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self.refresh)

    def show_child(self, key: str) -> None:
        """Show the log of another child."""
        if key != self._key:
            self._key, self._place, self._asking = key, "", ""
            self.view.clear()
            if self.isVisible():
                self.refresh()

    def refresh(self) -> None:
        """Read on; a reader who scrolled up stays where he is."""
        key = self._key
        if not key or self._asking == key:
            return
        self._asking = key
        self._ask(key, self._place, lambda lines: self._on_lines(key, lines))

    def _on_lines(self, key: str, lines: LogLines) -> None:
        if key != self._key:
            return
        self._asking, self._place = "", lines.next
        following = self._at_end()
        if lines.lines:
            bar = self.view.verticalScrollBar()
            place = bar.value()
            self.view.appendPlainText("\n".join(lines.lines))
            bar.setValue(bar.maximum() if following else place)
        self.note.setText(
            "Nothing was written yet." if not self.view.toPlainText() else "The end of the log, as it is written."
            if following else "Scroll to the end to follow."
        )  # fmt: skip

    def showEvent(self, event: QShowEvent) -> None:
        """Follow while shown."""
        super().showEvent(event)
        self.refresh()
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while hidden."""
        super().hideEvent(event)
        self._timer.stop()

    def _at_end(self) -> bool:
        bar = self.view.verticalScrollBar()
        return bar.value() >= bar.maximum() - 2
