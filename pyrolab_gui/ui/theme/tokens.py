"""Colours and distances: the one place where a colour is written.

Two sets of tokens, light and dark. Which one is in force is read from the palette of what is painted, never kept
in a global, so a change of the application's palette is a change of theme everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QGuiApplication, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

XS, S, M, L, XL = 4, 8, 12, 16, 24
"""Distances: value and its error, fields, label and field, section and the next, content margin."""

CONTROL_HEIGHT = 28
ROW_HEIGHT = 26
HEADER_HEIGHT = 30
TOOL_ROW_HEIGHT = 44
RADIUS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """One theme, as ``#RRGGBB``; `color` returns any of them as a QColor."""

    name: str
    window: str
    base: str
    alternate: str
    text: str
    secondary: str
    disabled: str
    hairline: str
    field: str
    field_hover: str
    edge: str
    button: str
    button_hover: str
    button_down: str
    select: str
    select_inactive: str
    hover: str
    accent: str
    accent_fill: str
    accent_hover: str
    on_accent: str
    live: str
    slow: str
    stale: str
    error: str
    alarm: str
    live_tint: str
    slow_tint: str
    error_tint: str
    info_tint: str
    spark: str
    spark_quiet: str
    grid: str
    gap: str
    tooltip: str
    tooltip_text: str
    channels: tuple[str, ...] = ()
    """Colours of plotted curves, told apart by normal and by colour-blind eyes."""

    @property
    def dark(self) -> bool:
        """Whether this is the dark theme."""
        return self.name == "dark"

    def color(self, token: str, alpha: int | None = None) -> QColor:
        """Return a colour by the name of its token (``"error"``) or by number of a channel (``"channel-0"``)."""
        return QColor(_color(self, token, alpha))

    def channel(self, number: int) -> QColor:
        """Return the colour of the curve with that number, counted from 0; they repeat after eight."""
        return QColor(self.channels[number % len(self.channels)])


@lru_cache(maxsize=512)
def _color(tokens: Tokens, token: str, alpha: int | None) -> QColor:
    if token.startswith("channel-"):
        color = tokens.channel(int(token.removeprefix("channel-")))
    else:
        color = QColor(getattr(tokens, _ALIASES.get(token, token)))
    if alpha is not None:
        color.setAlpha(alpha)
    return color


_ALIASES = {
    "text2": "secondary",
    "failed": "error",
    "lost": "error",
    "stopped": "stale",
}
"""Other names under which a colour is asked for, by what it stands for at that place."""

LIGHT = Tokens(
    name="light",
    window="#F3F4F6",
    base="#FFFFFF",
    alternate="#F9FAFB",
    text="#1A1D21",
    secondary="#59616E",
    disabled="#848D99",
    hairline="#E1E4E8",
    field="#8A939F",
    field_hover="#6B7480",
    edge="#C3C9D1",
    button="#FFFFFF",
    button_hover="#F3F5F8",
    button_down="#E8EBEF",
    select="#E4EDFD",
    select_inactive="#ECEEF1",
    hover="#F4F6F8",
    accent="#215BDB",
    accent_fill="#2563EB",
    accent_hover="#1D54CF",
    on_accent="#FFFFFF",
    live="#157A39",
    slow="#8F6000",
    stale="#5C6573",
    error="#C0271D",
    alarm="#B8430A",
    live_tint="#E7F5EB",
    slow_tint="#FDF3DC",
    error_tint="#FDECEA",
    info_tint="#EAF1FE",
    spark="#6B8FD6",
    spark_quiet="#A3ABB7",
    grid="#E9ECEF",
    gap="#EEF0F3",
    tooltip="#24282E",
    tooltip_text="#F4F5F7",
    channels=("#0B6BC5", "#CE7223", "#00633D", "#974B77", "#009FA8", "#472093", "#372B00", "#1C2F31"),
)

DARK = Tokens(
    name="dark",
    window="#15171A",
    base="#1B1D21",
    alternate="#181A1E",
    text="#E6E8EB",
    secondary="#9BA3AF",
    disabled="#717A86",
    hairline="#2B2F35",
    field="#666E7A",
    field_hover="#8A93A0",
    edge="#3D434C",
    button="#25282D",
    button_hover="#2C3036",
    button_down="#33383F",
    select="#20304D",
    select_inactive="#2A2D33",
    hover="#212429",
    accent="#75A7FF",
    accent_fill="#2F69E0",
    accent_hover="#2A60D2",
    on_accent="#FFFFFF",
    live="#4BC573",
    slow="#E2AE3A",
    stale="#929AA6",
    error="#FF7D74",
    alarm="#FF9A57",
    live_tint="#17291D",
    slow_tint="#2E2612",
    error_tint="#331B1A",
    info_tint="#1A2740",
    spark="#6D94DE",
    spark_quiet="#646C78",
    grid="#282B31",
    gap="#23262B",
    tooltip="#33383F",
    tooltip_text="#F4F5F7",
    channels=("#85ADFD", "#C75100", "#2D9864", "#F690B1", "#6AF3FD", "#8557D7", "#F1D337", "#667575"),
)


def tokens_of(source: QWidget | QPalette | None = None) -> Tokens:
    """Return the tokens of the theme in force for a widget or a palette (None: for the application)."""
    if source is None:
        palette = QGuiApplication.palette()
    elif isinstance(source, QPalette):
        palette = source
    else:
        palette = source.palette()
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT
