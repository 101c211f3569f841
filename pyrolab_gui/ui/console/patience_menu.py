"""The choice after how long the window gives a call up. Limits: the instrument goes on; only the waiting ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from pyrolab_gui.viewmodels.console_layout import ConsoleLayout

CHOICES = (
    (None, "Never"), (10.0, "After 10 s"), (60.0, "After 1 min"), (600.0, "After 10 min"), (3600.0, "After 1 h"),
)  # fmt: skip


def add_patience(menu: QMenu, layout: ConsoleLayout, name: str) -> None:
    """Add the choice for a method to its menu."""
    inner = menu.addMenu("Stop waiting for it")
    current = layout.patience(name)
    for seconds, words in CHOICES:
        action = inner.addAction(words)
        action.setCheckable(True)
        action.setChecked(seconds == current)
        action.triggered.connect(partial(_choose, layout, name, seconds))


def _choose(layout: ConsoleLayout, name: str, seconds: float | None, _checked: bool = False) -> None:
    layout.set_patience(name, seconds)
