"""Texts that are painted again and again as they are: laid out once, they cost a third.

Limits: plain text in the window's font; what changes at each painting is better drawn directly.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QStaticText

from pyrolab_gui.ui.theme import font


@lru_cache(maxsize=2048)
def still_text(text: str, size: int, weight: int = 400) -> QStaticText:
    """Return a text in a font of `theme.font`; it must be the painter's font too."""
    still = QStaticText(text)
    still.setTextFormat(Qt.TextFormat.PlainText)
    still.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    still.prepare(font=font(size, weight))
    return still
