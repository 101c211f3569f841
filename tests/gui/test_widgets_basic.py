"""Labels, buttons, chips, states and lines: what they say, how large they are, that they follow the theme."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot

from pyrolab_gui.ui.theme import DARK, LIGHT, STATE_WORDS, apply_theme
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button, set_icon, set_kind
from pyrolab_gui.ui.widgets.chip import Chip
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.sparkline import Sparkline, spark_path
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from tests.gallery import Gallery


def text_color(label: QWidget) -> str:
    return label.palette().color(label.foregroundRole()).name()


# Text


@pytest.mark.parametrize("role", ["text", "secondary", "error", "accent", "live", "alarm", "stale"])
def test_text_has_the_color_of_its_role_in_both_themes(qapp: QApplication, qtbot: QtBot, role: str) -> None:
    ground = Panel("base")
    label = TextLabel("x", role=role, parent=ground)
    qtbot.addWidget(ground)
    ground.show()
    try:
        for mode, tokens in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
            apply_theme(qapp, mode)  # type: ignore[arg-type]
            qapp.processEvents()
            assert text_color(label) == tokens.color(role).name()
            assert label.palette().color(QPalette.ColorRole.Window) == tokens.color("window")
    finally:
        apply_theme(qapp, "light")


def test_role_of_a_text_can_change(qtbot: QtBot) -> None:
    label = TextLabel("x")
    qtbot.addWidget(label)
    for role in ("alarm", "secondary", "live", "text", "error"):
        label.set_role(role)
        assert label.role == role
        assert text_color(label) == LIGHT.color(role).name()


def test_text_is_never_taken_for_markup(qtbot: QtBot) -> None:
    label = TextLabel("<b>x</b>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_selectable_text_can_be_reached_by_keyboard(qtbot: QtBot) -> None:
    label = TextLabel("address", selectable=True)
    qtbot.addWidget(label)
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard


# Buttons


@pytest.mark.parametrize("kind", ["plain", "primary", "act", "danger", "ghost"])
def test_button_is_large_enough_and_has_a_name(qtbot: QtBot, kind: str) -> None:
    for text, tip in (("Start", ""), ("", "Set up")):
        push = button(text, "gear-six", kind, tip)  # type: ignore[arg-type]
        qtbot.addWidget(push)
        push.show()
        assert push.height() == 28
        assert push.width() >= 28
        assert push.accessibleName() == (text or tip)
        assert push.focusPolicy() & Qt.FocusPolicy.TabFocus
        for enabled in (True, False):
            push.setEnabled(enabled)
            push.grab()


def test_button_keeps_its_kind_with_another_icon(qtbot: QtBot) -> None:
    push = button("Go", kind="primary")
    qtbot.addWidget(push)
    set_icon(push, "play")
    assert not push.icon().isNull()
    set_kind(push, "danger")
    assert push.property("kind") == "danger"


def test_button_is_pressed_by_space(qtbot: QtBot) -> None:
    push = button("Go")
    qtbot.addWidget(push)
    push.show()
    with qtbot.waitSignal(push.clicked, timeout=1000):
        qtbot.keyClick(push, Qt.Key.Key_Space)


# States


@pytest.mark.parametrize("state", [*STATE_WORDS, "no such state"])
def test_state_says_its_word_and_is_never_cut(qtbot: QtBot, state: str) -> None:
    label = StateLabel(state, extra="0.4 ms")
    qtbot.addWidget(label)
    word = STATE_WORDS.get(state, state)
    assert label.accessibleName() == f"{word} 0.4 ms"
    assert label.text() == f"{word} 0.4 ms"
    assert label.minimumSizeHint() == label.sizeHint()
    label.grab()
    label.setEnabled(False)
    label.grab()


def test_state_changes(qtbot: QtBot) -> None:
    label = StateLabel("live")
    qtbot.addWidget(label)
    narrow = label.sizeHint().width()
    label.set_state("not connected", extra="since 14:03:22")
    assert label.state == "not connected"
    assert label.sizeHint().width() > narrow
    label.set_state("live", word="")
    assert label.accessibleName() == "live"
    assert label.sizeHint() == QSize(13, 20)


def test_chip_says_its_text(qtbot: QtBot) -> None:
    chip = Chip("not sent", "accent", "info_tint")
    qtbot.addWidget(chip)
    bare = chip.sizeHint().width()
    chip.set_look("text", icon="lock-simple")
    assert chip.sizeHint().width() > bare
    assert chip.text() == "not sent"
    chip.grab()
    chip.setEnabled(False)
    chip.grab()


# Banner, section, empty state


def test_banner_tells_title_and_text(qtbot: QtBot) -> None:
    remedy = button("Try now", kind="primary")
    banner = Banner("lost", "No answer", "Why", [remedy])
    qtbot.addWidget(banner)
    banner.show()
    assert (banner.accessibleName(), banner.accessibleDescription()) == ("No answer", "Why")
    assert remedy.isVisible()
    banner.set_content("live", "Fine")
    assert (banner.state, banner.title, banner.accessibleDescription()) == ("live", "Fine", "")
    other = button("Restart")
    banner.set_buttons([other])
    QApplication.processEvents()
    assert other.isVisible()
    assert not remedy.isVisible()
    banner.set_buttons([])
    assert not other.isVisible()
    banner.grab()


def test_banner_keeps_a_remedy_that_stays(qtbot: QtBot) -> None:
    first, second = button("One"), button("Two")
    banner = Banner("lost", "x", buttons=[first, second])
    qtbot.addWidget(banner)
    banner.show()
    banner.set_buttons([second])
    QApplication.processEvents()
    assert second.isVisible()
    second.click()


def test_section_shows_its_count(qtbot: QtBot) -> None:
    right = button("View all", kind="ghost")
    head = SectionHead("Members", right, count=14)
    qtbot.addWidget(head)
    head.show()
    texts = [label.text() for label in head.findChildren(TextLabel) if label.isVisible()]
    assert texts == ["Members", "14"]
    head.set_count(None)
    head.set_text("Calls")
    assert [label.text() for label in head.findChildren(TextLabel) if label.isVisible()] == ["Calls"]


def test_empty_state_offers_the_next_step(qtbot: QtBot) -> None:
    step = button("Open lab…", kind="primary")
    empty = EmptyState("list-bullets", "Nothing here", "This is for instruments.", step)
    qtbot.addWidget(empty)
    empty.resize(600, 400)
    empty.show()
    assert empty.accessibleName() == "Nothing here"
    with qtbot.waitSignal(step.clicked, timeout=1000):
        qtbot.mouseClick(step, Qt.MouseButton.LeftButton)
    empty.set_text("Still nothing")
    assert empty.accessibleDescription() == ""
    empty.grab()


def test_separator_is_a_hairline(qtbot: QtBot) -> None:
    for vertical in (False, True):
        line = Separator(vertical)
        qtbot.addWidget(line)
        assert (line.maximumWidth() if vertical else line.maximumHeight()) == 1


Ground = Literal["window", "base", "alternate"]


@pytest.mark.parametrize("ground", ["window", "base", "alternate"])
def test_panel_has_its_ground(qtbot: QtBot, ground: Ground) -> None:
    panel = Panel(ground)
    qtbot.addWidget(panel)
    panel.resize(20, 20)
    assert panel.grab().toImage().pixelColor(10, 10).name() == LIGHT.color(ground).name()


def test_scroll_area_scrolls_down_only(qtbot: QtBot) -> None:
    inner = Panel("base")
    inner.setMinimumHeight(2000)
    area = scroll_area(inner)
    qtbot.addWidget(area)
    area.resize(200, 200)
    area.show()
    assert area.widget() is inner
    assert area.verticalScrollBar().maximum() > 0
    assert not area.horizontalScrollBar().isVisible()
    area.grab()


# Sparkline


@pytest.mark.parametrize(
    ("values", "elements", "last"),
    [
        ((), 0, None),
        ((None, None), 0, None),
        ((math.nan, math.inf), 0, None),
        ((1.0,), 1, QPointF(2, 11)),
        ((1.0, 1.0), 2, QPointF(110, 11)),
        ((0.0, None, 1.0), 1, QPointF(110, 2)),
        ((0.0, 1.0, None, 0.5), 3, QPointF(110, 11)),
        ((0.0, 1.0, None), 2, None),
        ((-1e308, 1e308), 2, QPointF(110, 11)),
        (range(100), 100, QPointF(110, 2)),
    ],
)
def test_spark_fits_and_leaves_gaps(values: tuple[float | None, ...], elements: int, last: QPointF | None) -> None:
    path, end = spark_path(values, QRectF(0, 0, 112, 22))
    assert path.elementCount() == elements
    assert end == last
    places = [path.elementAt(number) for number in range(path.elementCount())]
    assert all(0 <= place.x <= 112 and 0 <= place.y <= 22 for place in places)


def test_sparkline_shows_other_values(qtbot: QtBot) -> None:
    line = Sparkline()
    qtbot.addWidget(line)
    line.grab()
    line.set_values([1, 2, None, 3])
    assert line.values() == (1, 2, None, 3)
    first = line.grab().toImage()
    line.set_quiet(True)
    assert line.grab().toImage() != first
    line.resize(200, 40)
    line.grab()
    line.setEnabled(False)
    line.grab()


# All at once


def test_all_widgets_paint_in_both_themes_and_change_live(qapp: QApplication, qtbot: QtBot) -> None:
    page = Gallery()
    qtbot.addWidget(page)
    page.show()
    pictures = []
    try:
        for mode in ("light", "dark", "light"):
            apply_theme(qapp, mode)
            qapp.processEvents()
            pictures.append(page.grab().toImage())
    finally:
        apply_theme(qapp, "light")
    assert pictures[0] != pictures[1]
    assert pictures[0] == pictures[2]
    middle = pictures[1].pixelColor(5, 5)
    assert middle.name() == DARK.base.lower()


def test_no_widget_is_a_window_of_its_own_while_it_is_built(qapp: QApplication, qtbot: QtBot) -> None:
    class Watch(QObject):
        shown: ClassVar[list[QWidget]] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                self.shown.append(watched)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        qtbot.addWidget(Gallery())
    finally:
        qapp.removeEventFilter(watch)
    assert watch.shown == []


def test_nothing_that_is_clicked_is_smaller_than_24_pixels(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    page = Gallery()
    qtbot.addWidget(page)
    page.show()
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for widget in page.findChildren(kind):
            inside_a_combo = isinstance(widget.parentWidget(), QComboBox)
            if widget.isVisible() and not inside_a_combo:
                assert min(widget.width(), widget.height()) >= 24, (widget, widget.size())


def test_everything_that_takes_focus_has_a_name(qtbot: QtBot) -> None:
    page = Gallery()
    qtbot.addWidget(page)
    page.show()
    for widget in page.findChildren(QWidget):
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, QAbstractScrollArea):
            continue
        around = widget.parentWidget()
        own = widget.accessibleName() or getattr(widget, "text", str)()
        assert own or (around is not None and around.accessibleName()), widget
