"""A QPalette from tokens: what every standard widget takes its colours from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette

if TYPE_CHECKING:
    from pyrolab_gui.ui.theme.tokens import Tokens

_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup

_ROLES = {
    _Role.Window: "window",
    _Role.WindowText: "text",
    _Role.Base: "base",
    _Role.AlternateBase: "alternate",
    _Role.Text: "text",
    _Role.Button: "button",
    _Role.ButtonText: "text",
    _Role.BrightText: "error",
    _Role.Light: "base",
    _Role.Midlight: "hover",
    _Role.Mid: "hairline",
    _Role.Dark: "field",
    _Role.Shadow: "field_hover",
    _Role.Highlight: "select",
    _Role.HighlightedText: "text",
    _Role.Accent: "accent",
    _Role.Link: "accent",
    _Role.LinkVisited: "accent",
    _Role.ToolTipBase: "tooltip",
    _Role.ToolTipText: "tooltip_text",
    _Role.PlaceholderText: "secondary",
}
_DISABLED_TEXTS = (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText, _Role.PlaceholderText)


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette of a theme; every role is written, so that none is left to the platform."""
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, tokens.color(token))
    palette.setColor(_Group.Inactive, _Role.Highlight, tokens.color("select_inactive"))
    for role in _DISABLED_TEXTS:
        palette.setColor(_Group.Disabled, role, tokens.color("disabled"))
    palette.setColor(_Group.Disabled, _Role.Base, tokens.color("window"))
    palette.setColor(_Group.Disabled, _Role.Highlight, tokens.color("select_inactive"))
    return palette
