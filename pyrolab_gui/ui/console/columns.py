"""Widths of the columns that readings and settings share, so that values stand below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetricsF

from pyrolab_gui.ui.theme import font

if TYPE_CHECKING:
    from collections.abc import Iterable

LABEL = 144
LONGEST_LABEL = 208
VALUE = 96
UNIT = 42
EDITOR = 148
BUTTON = 26
ROW = 36
NOTE_ROW = 16


def label_width(labels: Iterable[str], least: int = LABEL, most: int = LONGEST_LABEL) -> int:
    """Return the width of a column in which all these labels stand whole, within limits."""
    metrics = QFontMetricsF(font(13))
    return int(min(max([least, *(metrics.horizontalAdvance(label) + 4 for label in labels)]), most))
