"""Push buttons by kind: plain, primary, act (changes hardware), danger, ghost (no frame)."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QSizePolicy

from pyrolab_gui.ui.theme import font, icon
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT

Kind: TypeAlias = Literal["plain", "primary", "act", "danger", "ghost"]

_ICON_COLORS = {"primary": "on_accent", "danger": "error", "act": "accent"}


def button(text: str = "", icon_name: str = "", kind: Kind = "plain", tip: str = "", *, color: str = "") -> QPushButton:
    """Return a push button.

    Parameters
    ----------
    text
        Empty for a square button with an icon alone; it then needs a `tip`.
    icon_name
        As in `theme.icon`.
    kind
        ``primary`` for the one next step, ``act`` for what changes hardware, ``danger`` for what ends something,
        ``ghost`` for what stands aside.
    tip
        Tool tip; also the name for assistive technology where there is no text.
    color
        Token of the icon's colour, where it is not the kind's.
    """
    result = QPushButton(text)
    result.setProperty("kind", kind)
    result.setFont(font(13, 500 if kind in ("primary", "danger", "act") else 400))
    result.setIconSize(QSize(16, 16))
    if icon_name:
        set_icon(result, icon_name, color)
    if not text:
        result.setFixedSize(CONTROL_HEIGHT, CONTROL_HEIGHT)
    result.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    result.setToolTip(tip)
    result.setAccessibleName(text or tip)
    if text and tip:
        result.setAccessibleDescription(tip)
    result.setAutoDefault(False)
    return result


def set_icon(target: QPushButton, icon_name: str, color: str = "") -> None:
    """Change the icon of a button made by `button`, in the colour of its kind or in another."""
    kind = str(target.property("kind") or "plain")
    target.setIcon(icon(icon_name, None, color or _ICON_COLORS.get(kind, "text2")))


def set_kind(target: QPushButton, kind: Kind) -> None:
    """Change the kind of a button."""
    target.setProperty("kind", kind)
    target.update()
