"""The look of the window: tokens, fonts, icons, shapes of state, and the style of standard widgets."""

from pyrolab_gui.ui.theme.apply import Mode, apply_theme
from pyrolab_gui.ui.theme.fonts import font
from pyrolab_gui.ui.theme.icons import icon, paint_icon, pixmap
from pyrolab_gui.ui.theme.painting import chevron, disc, rounded, saved, stroke
from pyrolab_gui.ui.theme.states import STATE_COLORS, STATE_WORDS, paint_state, state_color, state_tint
from pyrolab_gui.ui.theme.tokens import DARK, LIGHT, Tokens, tokens_of

__all__ = [
    "DARK",
    "LIGHT",
    "STATE_COLORS",
    "STATE_WORDS",
    "Mode",
    "Tokens",
    "apply_theme",
    "chevron",
    "disc",
    "font",
    "icon",
    "paint_icon",
    "paint_state",
    "pixmap",
    "rounded",
    "saved",
    "state_color",
    "state_tint",
    "stroke",
    "tokens_of",
]
