"""The fonts of the window: Inter and JetBrains Mono, bundled; the platform's own where they are missing."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from pyrolab_gui import paths

FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"


def load_fonts(pattern: str = "Inter-*") -> int:
    """Make bundled fonts known to Qt and return how many families there are; 0 if they are missing."""
    try:
        files = sorted((paths.resources_dir() / "fonts").glob(f"{pattern}.[ot]tf"))
    except OSError:
        return 0
    families = set()
    for file in files:
        number = QFontDatabase.addApplicationFont(str(file))
        if number >= 0:
            families.update(QFontDatabase.applicationFontFamilies(number))
    return len(families)


def font(size: int = 13, weight: int = 400, *, caps: bool = False, mono: bool = False) -> QFont:
    """Return a font of the type scale.

    Parameters
    ----------
    size
        In logical pixels: 18 title and reading, 16 inspector, 14 lab name, 13 text, 12 secondary, 11 section head.
    weight
        400, 500 or 600.
    caps
        Capitals with wider spacing, for section heads.
    mono
        Fixed width, for code and logs.
    """
    return QFont(_font(size, weight, caps, mono))


@lru_cache(maxsize=64)
def _font(size: int, weight: int, caps: bool, mono: bool) -> QFont:
    if mono:
        _load_mono()
    result = QFont(MONO_FAMILY if mono else FAMILY)
    result.setStyleHint(QFont.StyleHint.Monospace if mono else QFont.StyleHint.SansSerif)
    result.setPixelSize(size)
    result.setWeight(QFont.Weight(weight))
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Figures of one width, so that a changing value does not jump; and no contextual alternates: they write 0x1313
    # with a multiplication sign, and != as one glyph.
    result.setFeature(QFont.Tag("tnum"), 1)
    result.setFeature(QFont.Tag("calt"), 0)
    if caps:
        result.setCapitalization(QFont.Capitalization.AllUppercase)
        result.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.55)
    return result


@lru_cache(maxsize=1)
def _load_mono() -> None:
    """Load the monospaced font when it is first wanted, which is after the window is on the screen."""
    load_fonts("JetBrainsMono-*")
