"""Icons of the Phosphor set, painted from a font at any size, in a colour of the theme. Nothing is fetched.

An icon follows the theme by itself: its colour is looked up when it is painted, not when it is made. A missing
icon, or a missing font, paints nothing rather than failing.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from pyrolab_gui import paths
from pyrolab_gui.ui.theme.tokens import tokens_of

if TYPE_CHECKING:
    from pyrolab_gui.ui.theme.tokens import Tokens

_SET = "phosphor"


def icon(name: str, tokens: Tokens | None = None, color: str = "text2") -> QIcon:
    """Return an icon.

    Parameters
    ----------
    name
        As in the Phosphor set: ``"flask"``, ``"star-fill"``.
    tokens
        A theme to keep to; without it the icon follows the application's theme.
    color
        The name of a token.
    """
    return QIcon(_Engine(name, tokens, color))


def pixmap(name: str, size: int = 16, dpr: float = 1.0, tokens: Tokens | None = None, color: str = "text2") -> QPixmap:
    """Return an icon as pixels of the theme in force; `dpr` is the device pixel ratio of where it is shown."""
    return icon(name, tokens, color).pixmap(QSize(size, size), dpr)


def paint_icon(
    painter: QPainter,
    rect: QRect,
    name: str,
    tokens: Tokens,
    color: str = "text2",
    *,
    enabled: bool = True,
) -> None:
    """Paint an icon into `rect`."""
    glyph = _glyphs().get(name)
    family = _family()
    if glyph is None or not family:
        return
    face = QFont(family)
    face.setPixelSize(max(1, round(min(rect.width(), rect.height()))))
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    painter.save()
    try:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(face)
        painter.setPen(tokens.color(color if enabled else "disabled"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph)
    finally:
        painter.restore()


class _Engine(QIconEngine):
    def __init__(self, name: str, tokens: Tokens | None, color: str) -> None:
        super().__init__()
        self._name = name
        self._tokens = tokens
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        tokens = self._tokens or tokens_of()
        paint_icon(painter, rect, self._name, tokens, self._color, enabled=mode != QIcon.Mode.Disabled)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        image = QPixmap(size)
        image.fill(Qt.GlobalColor.transparent)
        if not image.isNull():
            with QPainter(image) as painter:
                self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        return image

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._tokens, self._color)

    def isNull(self) -> bool:
        return self._name not in _glyphs()


@lru_cache(maxsize=1)
def _glyphs() -> dict[str, str]:
    try:
        codes = json.loads((paths.resources_dir() / "icons" / f"{_SET}.json").read_text(encoding="utf-8"))
        return {name: chr(int(code, 16)) for name, code in codes.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


@lru_cache(maxsize=1)
def _family() -> str:
    try:
        number = QFontDatabase.addApplicationFont(str(paths.resources_dir() / "icons" / f"{_SET}.ttf"))
    except OSError:
        return ""
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else ""
