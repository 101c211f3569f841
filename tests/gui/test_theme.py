"""The theme: contrast, fonts, icons, every painter in every state, and a change while everything is shown."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontDatabase, QIcon, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QStyleOptionHeader,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from pyrolab_gui import paths
from pyrolab_gui.ui.theme import (
    DARK,
    LIGHT,
    STATE_COLORS,
    STATE_WORDS,
    Tokens,
    apply_theme,
    font,
    icon,
    paint_icon,
    paint_state,
    pixmap,
    state_color,
    state_tint,
    tokens_of,
)
from pyrolab_gui.ui.theme.fonts import FAMILY, MONO_FAMILY, load_fonts
from pyrolab_gui.ui.theme.palette import palette_of
from pyrolab_gui.ui.theme.primitives import PRIMITIVES
from pyrolab_gui.ui.theme.style import LabStyle
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.health import Health, InstrumentLink, ProcessLink

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
State = QStyle.StateFlag


def _luminance(color: QColor) -> float:
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def canvas(tokens: Tokens, width: int = 120, height: int = 40) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(tokens.color("base"))
    return image


def painted(image: QImage, tokens: Tokens) -> int:
    """How many pixels are not those of the ground."""
    ground = tokens.color("base").rgb()
    return sum(image.pixel(x, y) != ground for x in range(image.width()) for y in range(image.height()))


# Tokens and palette


@THEMES
@pytest.mark.parametrize("token", ["text", "secondary", "accent", "live", "slow", "stale", "error", "alarm"])
@pytest.mark.parametrize("ground", ["base", "window", "alternate", "select"])
def test_text_can_be_read_on_every_ground(tokens: Tokens, token: str, ground: str) -> None:
    assert contrast(tokens.color(token), tokens.color(ground)) >= 4.5


@THEMES
@pytest.mark.parametrize("state", sorted(STATE_WORDS))
def test_state_can_be_read_on_its_tint(tokens: Tokens, state: str) -> None:
    assert contrast(state_color(state, tokens), state_tint(state, tokens)) >= 4.5


@THEMES
def test_text_can_be_read_on_the_primary_button(tokens: Tokens) -> None:
    for ground in ("accent_fill", "accent_hover"):
        assert contrast(tokens.color("on_accent"), tokens.color(ground)) >= 4.5


@THEMES
def test_palette_leaves_no_role_to_the_platform(tokens: Tokens) -> None:
    palette = palette_of(tokens)
    for role in QPalette.ColorRole:
        if role in (QPalette.ColorRole.NColorRoles, QPalette.ColorRole.NoRole):
            continue
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            assert palette.isBrushSet(group, role), (group, role)
    assert tokens_of(palette) is tokens


@THEMES
def test_every_token_is_a_color(tokens: Tokens) -> None:
    names = [name for name in Tokens.__dataclass_fields__ if name not in ("name", "channels")]
    assert all(tokens.color(name).isValid() for name in names)
    assert [tokens.channel(number).name() for number in range(16)] == [c.lower() for c in tokens.channels] * 2
    assert tokens.color("channel-9") == tokens.channel(1)
    with pytest.raises(AttributeError):
        tokens.color("nothing")


def test_a_color_given_away_can_be_changed_without_harm() -> None:
    LIGHT.color("text").setAlpha(3)
    assert LIGHT.color("text").alpha() == 255


# Words and shapes of states


def test_every_state_of_the_contracts_has_a_look() -> None:
    for state in itertools.chain(Health, ChildState, InstrumentLink, ProcessLink):
        assert state.value in STATE_WORDS, state
        assert hasattr(LIGHT, STATE_COLORS[state.value])


@THEMES
@pytest.mark.parametrize("state", [*STATE_WORDS, "no such state"])
@pytest.mark.parametrize("d", [8.0, 9.0, 24.0])
def test_every_state_has_a_shape_within_its_cell(tokens: Tokens, state: str, d: float) -> None:
    image = canvas(tokens, 48, 48)
    with QPainter(image) as painter:
        paint_state(painter, 24, 24, state, tokens, d)
        assert painter.pen().style() == Qt.PenStyle.SolidLine  # the painter is as it was
        assert not painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    ground = tokens.color("base").rgb()
    reach = d / 2 + 2
    marked = [(x, y) for x in range(48) for y in range(48) if image.pixel(x, y) != ground]
    assert marked
    assert all(abs(x + 0.5 - 24) <= reach and abs(y + 0.5 - 24) <= reach for x, y in marked)


@THEMES
def test_health_states_are_told_apart_without_color(tokens: Tokens) -> None:
    pictures = {}
    for state in Health:
        image = canvas(tokens, 40, 40)
        with QPainter(image) as painter:
            paint_state(painter, 20, 20, state, tokens, 30, tokens.color("text"))
        pictures[state] = bytes(image.constBits())
    assert len(set(pictures.values())) == len(pictures)


# Fonts and icons


def test_bundled_fonts_are_known() -> None:
    font(12, mono=True)
    assert FAMILY in QFontDatabase.families()
    assert MONO_FAMILY in QFontDatabase.families()
    for weight in (400, 500, 600):
        assert QApplication.font().family() == FAMILY
        assert font(13, weight).weight() == weight


def test_missing_fonts_are_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "resources_dir", lambda: tmp_path / "nothing")
    assert load_fonts() == 0

    def missing() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(paths, "resources_dir", missing)
    assert load_fonts() == 0


def test_figures_have_one_width() -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(font(18, 500))
    assert metrics.horizontalAdvance("1111.111") == metrics.horizontalAdvance("8888.888")
    mono = QFontMetricsF(font(12, mono=True))
    assert mono.horizontalAdvance("iiii") == mono.horizontalAdvance("WWWW")


@THEMES
@pytest.mark.parametrize("mode", list(QIcon.Mode))
@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_icon_is_painted_sharp_at_every_scale(tokens: Tokens, mode: QIcon.Mode, dpr: float) -> None:
    image = icon("flask", tokens).pixmap(QSize(16, 16), dpr, mode).toImage()
    assert image.size() == QSize(round(16 * dpr), round(16 * dpr))
    colors = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert colors == {tokens.color("disabled" if mode == QIcon.Mode.Disabled else "secondary").name()}


def test_icon_follows_the_theme(qapp: QApplication) -> None:
    shown = icon("flask", color="text")

    def color() -> str:
        image = shown.pixmap(QSize(64, 64)).toImage()
        return next(
            image.pixelColor(x, y).name() for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha() == 255
        )

    assert color() == LIGHT.text.lower()
    apply_theme(qapp, "dark")
    try:
        assert color() == DARK.text.lower()
    finally:
        apply_theme(qapp, "light")


def test_unknown_icon_paints_nothing() -> None:
    assert icon("no such icon").isNull()
    image = canvas(LIGHT)
    with QPainter(image) as painter:
        paint_icon(painter, QRect(0, 0, 16, 16), "no such icon", LIGHT)
    assert painted(image, LIGHT) == 0
    assert pixmap("flask", 20).size() == QSize(20, 20)


# The style: an exception in a painter would end the process, so each is run in each state


def _option(option_type: Callable[[], object], tokens: Tokens, state: QStyle.StateFlag) -> object:
    option = option_type()
    option.rect = QRect(4, 4, 110, 30)  # type: ignore[attr-defined]
    option.palette = palette_of(tokens)  # type: ignore[attr-defined]
    option.state = state  # type: ignore[attr-defined]
    return option


STATES = [
    State.State_None,
    State.State_Enabled,
    State.State_Enabled | State.State_HasFocus | State.State_KeyboardFocusChange,
    State.State_Enabled | State.State_MouseOver,
    State.State_Enabled | State.State_Sunken,
    State.State_Enabled | State.State_On | State.State_HasFocus,
    State.State_On,
    State.State_Enabled | State.State_NoChange | State.State_HasFocus,
    State.State_Enabled | State.State_Off,
    State.State_Enabled | State.State_Selected | State.State_Active,
    State.State_Enabled | State.State_Selected,
    State.State_Enabled | State.State_Children | State.State_Open,
    State.State_Enabled | State.State_Children,
    State.State_Horizontal | State.State_Enabled,
]

OPTIONS: dict[QStyle.PrimitiveElement, Callable[[], object]] = {
    QStyle.PrimitiveElement.PE_PanelLineEdit: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_FrameLineEdit: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_Frame: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_FrameGroupBox: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_FrameMenu: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_PanelMenu: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_PanelTipLabel: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_PanelScrollAreaCorner: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_FrameFocusRect: QStyleOptionFrame,
    QStyle.PrimitiveElement.PE_PanelButtonCommand: QStyleOptionButton,
    QStyle.PrimitiveElement.PE_IndicatorCheckBox: QStyleOptionButton,
    QStyle.PrimitiveElement.PE_IndicatorRadioButton: QStyleOptionButton,
    QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck: QStyleOptionViewItem,
    QStyle.PrimitiveElement.PE_IndicatorBranch: QStyleOptionViewItem,
    QStyle.PrimitiveElement.PE_PanelItemViewItem: QStyleOptionViewItem,
    QStyle.PrimitiveElement.PE_PanelItemViewRow: QStyleOptionViewItem,
    QStyle.PrimitiveElement.PE_IndicatorHeaderArrow: QStyleOptionHeader,
    QStyle.PrimitiveElement.PE_IndicatorArrowDown: QStyleOptionButton,
    QStyle.PrimitiveElement.PE_IndicatorArrowUp: QStyleOptionButton,
    QStyle.PrimitiveElement.PE_IndicatorArrowLeft: QStyleOptionButton,
    QStyle.PrimitiveElement.PE_IndicatorArrowRight: QStyleOptionButton,
}


def _widgets() -> list[QWidget | None]:
    found: list[QWidget | None] = [None]
    for kind in ("plain", "primary", "act", "danger", "ghost", 7):
        push = QPushButton("x")
        push.setProperty("kind", kind)
        found.append(push)
    for name in ("invalid", "locked", "bare"):
        edit = QLineEdit()
        edit.setProperty(name, True)
        found.append(edit)
    return found


@THEMES
@pytest.mark.parametrize("element", list(OPTIONS), ids=lambda element: element.name)
def test_primitives_paint_in_every_state(tokens: Tokens, element: QStyle.PrimitiveElement) -> None:
    style = LabStyle()
    for state, widget in itertools.product(STATES, _widgets()):
        image = canvas(tokens)
        with QPainter(image) as painter:
            style.drawPrimitive(element, _option(OPTIONS[element], tokens, state), painter, widget)  # type: ignore[arg-type]
            assert not painter.testRenderHint(QPainter.RenderHint.Antialiasing)


def test_every_painter_of_the_style_is_tested() -> None:
    assert set(PRIMITIVES) - {QStyle.PrimitiveElement.PE_FrameButtonBevel} == set(OPTIONS)


@THEMES
@pytest.mark.parametrize(
    ("element", "option_type"),
    [
        (QStyle.ControlElement.CE_PushButton, QStyleOptionButton),
        (QStyle.ControlElement.CE_PushButtonLabel, QStyleOptionButton),
        (QStyle.ControlElement.CE_CheckBox, QStyleOptionButton),
        (QStyle.ControlElement.CE_RadioButton, QStyleOptionButton),
        (QStyle.ControlElement.CE_HeaderSection, QStyleOptionHeader),
        (QStyle.ControlElement.CE_HeaderEmptyArea, QStyleOptionHeader),
        (QStyle.ControlElement.CE_HeaderLabel, QStyleOptionHeader),
        (QStyle.ControlElement.CE_Splitter, QStyleOptionFrame),
        (QStyle.ControlElement.CE_FocusFrame, QStyleOptionFrame),
        (QStyle.ControlElement.CE_ComboBoxLabel, QStyleOptionComboBox),
        (QStyle.ControlElement.CE_MenuItem, QStyleOptionMenuItem),
        (QStyle.ControlElement.CE_ItemViewItem, QStyleOptionViewItem),
    ],
)
def test_controls_paint_in_every_state(
    tokens: Tokens, element: QStyle.ControlElement, option_type: Callable[[], object]
) -> None:
    style = LabStyle()
    for state, widget in itertools.product(STATES, _widgets()):
        option = _option(option_type, tokens, state)
        for name, value in (("text", "Text"), ("currentText", "Text"), ("currentIcon", icon("flask"))):
            if hasattr(option, name):
                setattr(option, name, value)
        image = canvas(tokens)
        with QPainter(image) as painter:
            style.drawControl(element, option, painter, widget)  # type: ignore[arg-type]


@THEMES
@pytest.mark.parametrize("orientation", list(Qt.Orientation))
def test_scroll_bar_paints_and_its_parts_fill_it(tokens: Tokens, orientation: Qt.Orientation) -> None:
    style = LabStyle()
    part = QStyle.SubControl
    for low, high, page, position in ((0, 0, 10, 0), (0, 100, 10, 0), (0, 100, 10, 100), (0, 10**9, 1, 5 * 10**8)):
        for state in STATES:
            option = QStyleOptionSlider()
            option.rect = QRect(0, 0, 10, 200) if orientation == Qt.Orientation.Vertical else QRect(0, 0, 200, 10)
            option.palette = palette_of(tokens)
            option.state = state
            option.orientation = orientation
            option.minimum, option.maximum, option.pageStep, option.sliderPosition = low, high, page, position
            image = canvas(tokens, 200, 200)
            with QPainter(image) as painter:
                style.drawComplexControl(QStyle.ComplexControl.CC_ScrollBar, option, painter)
            rects = [
                style.subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, sub)
                for sub in (part.SC_ScrollBarSubPage, part.SC_ScrollBarSlider, part.SC_ScrollBarAddPage)
            ]
            assert sum(max(rect.width(), 0) * max(rect.height(), 0) for rect in rects) == 2000
            assert min(rects[1].width(), rects[1].height()) == 10


@THEMES
@pytest.mark.parametrize("editable", [False, True])
def test_combo_box_paints_in_every_state(tokens: Tokens, editable: bool) -> None:
    style = LabStyle()
    for state, widget in itertools.product(STATES, _widgets()):
        option = QStyleOptionComboBox()
        option.rect = QRect(0, 0, 110, 28)
        option.palette = palette_of(tokens)
        option.state = state
        option.editable = editable
        image = canvas(tokens)
        with QPainter(image) as painter:
            style.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option, painter, widget)


@THEMES
def test_focus_is_visible_on_buttons_fields_and_boxes(tokens: Tokens) -> None:
    style = LabStyle()
    for element in (
        QStyle.PrimitiveElement.PE_PanelButtonCommand,
        QStyle.PrimitiveElement.PE_PanelLineEdit,
        QStyle.PrimitiveElement.PE_IndicatorCheckBox,
        QStyle.PrimitiveElement.PE_IndicatorRadioButton,
    ):
        pictures = []
        for state in (State.State_Enabled, State.State_Enabled | State.State_HasFocus):
            image = canvas(tokens)
            with QPainter(image) as painter:
                style.drawPrimitive(element, _option(OPTIONS[element], tokens, state), painter)  # type: ignore[arg-type]
            pictures.append(image)
        assert pictures[0] != pictures[1], element


# Change of theme


def test_theme_changes_everywhere_at_once(qapp: QApplication) -> None:
    page = QWidget()
    label, push, tree = QLabel("x", page), QPushButton("x", page), QTreeWidget(page)
    QTreeWidgetItem(tree, ["x"])
    page.show()
    try:
        for mode, tokens in (("dark", DARK), ("light", LIGHT)):
            apply_theme(qapp, mode)  # type: ignore[arg-type]
            qapp.processEvents()
            assert {tokens_of(widget) for widget in (page, label, push, tree, None)} == {tokens}
            page.grab()
    finally:
        apply_theme(qapp, "light")
        page.close()
        page.deleteLater()


def test_system_theme_follows_the_desktop(qapp: QApplication) -> None:
    apply_theme(qapp, "system")
    try:
        dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
        assert tokens_of().dark is dark
    finally:
        apply_theme(qapp, "light")
    assert isinstance(qapp.style(), LabStyle)
