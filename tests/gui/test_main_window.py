"""The frame: tabs, badges, sums, links, menu, palette, log, notices, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QMenu, QTableView, QWidget
from pytestqt.qtbot import QtBot

from pyrolab_gui.ui.command import Command
from pyrolab_gui.ui.command_palette import CommandPalette
from pyrolab_gui.ui.log_dock import LogDock
from pyrolab_gui.ui.main_window import MainWindow
from pyrolab_gui.ui.settings_dialog import SettingsDialog
from pyrolab_gui.ui.state_button import StateButton
from pyrolab_gui.ui.theme import apply_theme, tokens_of
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.toast import Toast, ToastArea
from pyrolab_gui.viewmodels.logs_vm import KEPT
from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.viewmodels.settings import Settings


class Desk:
    """A window with three pages, and what it was made from."""

    def __init__(self, file: Path) -> None:
        self.notifications = Notifications()
        self.settings = Settings(file)
        self.settings.set("theme", self.settings.get("theme", "light"))
        self.window = MainWindow(self.notifications, self.settings)
        for key in ("registry", "daemons", "consoles"):
            self.window.add_tab(key, key.title(), "list-bullets", QLabel(key))
        self.window.show()

    def find(self, kind: type[QWidget], name: str) -> QWidget:
        found = list(self.window.findChildren(kind, name))
        assert len(found) == 1, f"{name}: {found}"
        widget = found[0]
        assert isinstance(widget, QWidget)
        return widget

    def button(self, name: str) -> QAbstractButton:
        widget = self.find(QAbstractButton, name)
        assert isinstance(widget, QAbstractButton)
        return widget

    def toasts(self) -> tuple[Toast, ...]:
        QApplication.processEvents()
        areas = self.window.findChildren(ToastArea)
        return areas[0].toasts() if areas else ()

    def palette(self) -> CommandPalette:
        return self.window.findChildren(CommandPalette)[0]

    def action(self, title: str) -> None:
        next(action for action in self.window.actions() if action.text() == title).trigger()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "window.json")
    yield made
    made.window.hide()
    made.window.deleteLater()
    apply_theme(qapp, "light")


def activate(desk: Desk, qtbot: QtBot) -> None:
    desk.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is desk.window, timeout=2000)


# Tabs


def test_first_tab_is_current_and_a_click_changes_it(desk: Desk, qtbot: QtBot) -> None:
    assert desk.window.current() == "registry"
    with qtbot.waitSignal(desk.window.currentChanged, timeout=1000) as signal:
        qtbot.mouseClick(desk.button("tab-consoles"), Qt.MouseButton.LeftButton)
    assert signal.args == ["consoles"]
    assert desk.window.page("consoles").isVisible()
    assert not desk.window.page("registry").isVisible()


@pytest.mark.parametrize(("number", "key"), [(1, "registry"), (2, "daemons"), (3, "consoles")])
def test_control_and_number_go_to_a_tab(desk: Desk, qtbot: QtBot, number: int, key: str) -> None:
    activate(desk, qtbot)
    qtbot.keyClick(desk.window, str(number), Qt.KeyboardModifier.ControlModifier)
    assert desk.window.current() == key


def test_tabs_are_reached_and_changed_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.button("tab-registry")
    activate(desk, qtbot)
    tab.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tab, Qt.Key.Key_Right)
    assert desk.window.current() == "daemons"
    desk.window.grab()


def test_badge_is_shown_said_and_taken_away(desk: Desk) -> None:
    tab = desk.button("tab-daemons")
    width = tab.sizeHint().width()
    desk.window.set_badge("daemons", "failed", 2)
    assert tab.accessibleName() == "Daemons, 2 failed"
    assert tab.sizeHint().width() > width
    desk.window.grab()
    desk.window.set_badge("daemons", "failed", 0)
    assert tab.accessibleName() == "Daemons"
    assert tab.sizeHint().width() == width


def test_page_is_replaced_in_its_place(desk: Desk) -> None:
    old = desk.window.page("registry")
    new = QLabel("new")
    desk.window.replace_tab("registry", new)
    assert new.isVisible()
    assert not old.isVisible()
    other = QLabel("other")
    desk.window.replace_tab("daemons", other)
    assert new.isVisible()
    desk.window.set_current("daemons")
    assert other.isVisible()


def test_unknown_tab_changes_nothing(desk: Desk) -> None:
    desk.window.set_current("nothing")
    assert desk.window.current() == "registry"


# Health and links


def test_sum_of_health_leaves_out_what_is_zero(desk: Desk, qtbot: QtBot) -> None:
    desk.window.set_health([("live", 14), ("slow", 0), ("lost", 2), ("not connected", 1)])
    shown = [desk.button(f"health-{state}") for state in ("live", "lost", "not-connected")]
    assert [item.accessibleName() for item in shown] == ["14 live", "2 lost", "1 not connected"]
    assert [item.x() for item in shown] == sorted(item.x() for item in shown)
    assert desk.window.findChildren(StateButton, "health-slow") == []
    with qtbot.waitSignal(desk.window.healthActivated, timeout=1000) as signal:
        qtbot.mouseClick(shown[2], Qt.MouseButton.LeftButton)
    assert signal.args == ["not connected"]
    desk.window.set_health([("live", 15)])
    QApplication.processEvents()
    assert [
        item.objectName()
        for item in desk.window.findChildren(StateButton)
        if item.objectName().startswith("health") and item.isVisible()
    ] == ["health-live"]


def test_status_item_is_a_button_to_its_place(desk: Desk, qtbot: QtBot) -> None:
    desk.window.set_status("nameserver", "live", "Nameserver", "localhost:9090", "All is well.")
    desk.window.set_status("nameserver", "lost", "Nameserver", "localhost:9090 · lost", "It cannot be reached.")
    item = desk.button("status-nameserver")
    assert item.accessibleName() == "Nameserver localhost:9090 · lost"
    assert item.toolTip() == "It cannot be reached."
    with qtbot.waitSignal(desk.window.statusActivated, timeout=1000) as signal:
        qtbot.keyClick(item, Qt.Key.Key_Space)
    assert signal.args == ["nameserver"]


def test_state_that_is_not_in_the_words_is_said_too(desk: Desk) -> None:
    desk.window.set_status("supervisor", "failed", "Supervisor", "this PC")
    assert desk.button("status-supervisor").accessibleName() == "Supervisor this PC, failed"


# The lab


def test_lab_and_edits_are_shown(desk: Desk, tmp_path: Path) -> None:
    desk.window.set_lab("photonics", tmp_path / "photonics.yaml")
    name = desk.find(QWidget, "lab-name")
    assert desk.window.windowTitle().startswith("photonics")
    assert name.toolTip() == str(tmp_path / "photonics.yaml")
    desk.window.set_edited(True)
    assert name.accessibleName() == "photonics, edits are not saved"
    desk.window.grab()
    desk.window.set_edited(False)
    assert name.accessibleName() == "photonics"


def test_save_is_offered_only_while_there_are_edits(desk: Desk, qtbot: QtBot) -> None:
    activate(desk, qtbot)
    with qtbot.assertNotEmitted(desk.window.saveRequested, wait=50):
        qtbot.keyClick(desk.window, "s", Qt.KeyboardModifier.ControlModifier)
    desk.window.set_edited(True)
    with qtbot.waitSignal(desk.window.saveRequested, timeout=1000):
        qtbot.keyClick(desk.window, "s", Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize(
    ("title", "signal", "template"), [("Open lab…", "openRequested", ""), ("New lab…", "newRequested", "visa")]
)
def test_lab_file_is_asked_for_without_blocking(
    desk: Desk, qtbot: QtBot, tmp_path: Path, title: str, signal: str, template: str
) -> None:
    file = tmp_path / "lab.yaml"
    file.write_text("version: '1.0'\n")
    desk.action(title)
    if template:
        (first,) = desk.window.findChildren(QDialog, "template-dialog")
        for name in (f"template-{template}", "template-next"):
            found = first.findChild(QAbstractButton, name)
            assert isinstance(found, QAbstractButton)
            found.click()
    dialog = desk.window.findChildren(QDialog, "file-dialog")[0]
    with qtbot.waitSignal(getattr(desk.window, signal), timeout=1000) as chosen:
        dialog.fileSelected.emit(str(file))  # type: ignore[attr-defined]
    assert chosen.args == [str(file), *([template] if template else [])]
    dialog.reject()


# Menu, theme, end


def test_every_entry_of_the_menu_does_something(desk: Desk, qtbot: QtBot) -> None:
    menu = desk.find(QMenu, "menu")
    assert isinstance(menu, QMenu)
    qtbot.mouseClick(desk.button("menu-button"), Qt.MouseButton.LeftButton)
    assert menu.isVisible()
    menu.grab()
    menu.hide()
    titles = [action.text() for action in menu.actions() if action.text()]
    assert titles == [
        "New lab…",
        "Open lab…",
        "Save",
        "Theme",
        "When closing",
        "Settings…",
        "Commands…",
        "About PyroLab GUI",
        "Quit",
    ]


def test_theme_is_changed_and_remembered(desk: Desk, tmp_path: Path) -> None:
    desk.window.set_theme("dark")
    QApplication.processEvents()
    assert tokens_of(desk.window).dark
    desk.window.set_health([("live", 1)])
    desk.window.grab()
    assert desk.settings.get("theme", "") == "dark"


def test_choice_for_the_end_is_remembered(desk: Desk) -> None:
    below = desk.find(QMenu, "menu-when-closing")
    assert isinstance(below, QMenu)
    assert [action.isChecked() for action in below.actions()] == [True, False, False]
    below.actions()[2].trigger()
    assert desk.settings.get("on_close", "") == "stop"
    desk.window.set_on_close("leave")
    assert [action.isChecked() for action in below.actions()] == [False, True, False]
    desk.window.set_on_close("nonsense")
    assert desk.settings.get("on_close", "") == "ask"


def test_settings_are_in_force_at_once_and_remembered(desk: Desk, qtbot: QtBot) -> None:
    desk.action("Settings…")
    dialog = desk.window.findChildren(SettingsDialog)[0]
    assert dialog.closing.current() == 0
    dialog.closing.setCurrent(1)
    dialog.theme.setCurrent(1)
    QApplication.processEvents()
    assert (desk.settings.get("on_close", ""), desk.settings.get("theme", "")) == ("leave", "dark")
    assert tokens_of(desk.window).dark
    below = desk.find(QMenu, "menu-when-closing")
    assert isinstance(below, QMenu)
    assert [action.isChecked() for action in below.actions()] == [False, True, False]
    dialog.grab()
    dialog.accept()


def test_closing_asks_and_keeps_the_window(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.window.closeRequested, timeout=1000):
        desk.window.close()
    assert desk.window.isVisible()
    activate(desk, qtbot)
    with qtbot.waitSignal(desk.window.closeRequested, timeout=1000):
        qtbot.keyClick(desk.window, "q", Qt.KeyboardModifier.ControlModifier)


def test_about_tells_versions(desk: Desk) -> None:
    desk.action("About PyroLab GUI")
    dialog = desk.window.findChildren(QDialog, "about-dialog")[0]
    texts = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Pyro5" in texts
    assert "Qt 6" in texts
    dialog.grab()
    dialog.accept()


def test_window_that_ends_takes_no_more_clicks(desk: Desk) -> None:
    desk.window.show_closing("Stopping all processes…")
    assert not desk.button("tab-daemons").isEnabled()
    assert desk.button("status-closing").accessibleName() == "Stopping all processes…, stopping"
    desk.window.grab()


# Palette


def test_palette_lists_filters_and_runs(desk: Desk, qtbot: QtBot) -> None:
    done: list[str] = []
    desk.window.set_commands(
        lambda: [
            Command("bench.laser", lambda: done.append("laser"), "Instrument", "sliders-horizontal"),
            Command("Stop all…", lambda: done.append("stop"), "", "stop"),
        ],
    )
    activate(desk, qtbot)
    qtbot.keyClick(desk.window, "k", Qt.KeyboardModifier.ControlModifier)
    palette = desk.palette()
    titles = [command.title for command in palette.shown()]
    assert titles[:2] == ["bench.laser", "Stop all…"]
    assert {"Registry", "Daemons", "Consoles", "Open lab…", "Quit", "Light", "Dark", "As the system"} <= set(titles)
    assert "Save" not in titles
    assert "Commands…" not in titles
    palette.grab()
    field = palette.findChildren(Field)[0]
    qtbot.keyClicks(field, "LASER inst")
    assert [command.title for command in palette.shown()] == ["bench.laser"]
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert done == ["laser"]
    assert not palette.isVisible()


def test_palette_moves_by_arrows_and_goes_by_escape(desk: Desk, qtbot: QtBot) -> None:
    done: list[int] = []
    desk.window.set_commands(lambda: [Command(f"number {n}", partial(done.append, n)) for n in range(30)])
    qtbot.mouseClick(desk.button("command-palette-button"), Qt.MouseButton.LeftButton)
    palette = desk.palette()
    field = palette.findChildren(Field)[0]
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Up):
        qtbot.keyClick(field, key)
    qtbot.keyClick(field, Qt.Key.Key_Enter)
    assert done == [11]
    qtbot.mouseClick(desk.button("command-palette-button"), Qt.MouseButton.LeftButton)
    assert field.text() == ""
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert done == [11]


def test_palette_without_a_match_says_so_and_runs_nothing(desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.button("command-palette-button"), Qt.MouseButton.LeftButton)
    palette = desk.palette()
    field = palette.findChildren(Field)[0]
    qtbot.keyClicks(field, "xyzzy")
    assert palette.shown() == ()
    texts = [label.text() for label in palette.findChildren(QLabel) if label.isVisible()]
    assert texts == ["Nothing matches."]
    palette.grab()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not palette.isVisible()


def test_palette_runs_what_is_clicked(desk: Desk, qtbot: QtBot) -> None:
    done: list[str] = []
    desk.window.set_commands(lambda: [Command("a", lambda: done.append("a")), Command("b", lambda: done.append("b"))])
    qtbot.mouseClick(desk.button("command-palette-button"), Qt.MouseButton.LeftButton)
    view = desk.palette().findChildren(QWidget, "command-palette-list")[0]
    viewport = view.viewport()  # type: ignore[attr-defined]
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(60, 48))
    assert done == ["b"]


# Log


def test_log_shows_what_was_said_before_and_after_it_was_opened(desk: Desk, qtbot: QtBot) -> None:
    desk.notifications.info("Before.")
    assert desk.window.findChildren(LogDock) == []
    qtbot.mouseClick(desk.button("status-log"), Qt.MouseButton.LeftButton)
    log = desk.window.findChildren(LogDock)[0]
    desk.notifications.error("After.", "why")
    assert log.isVisible()
    assert [line.split("  ")[2:] for line in log.text().splitlines()] == [["info", "Before."], ["error", "After."]]
    log.grab()
    qtbot.mouseClick(desk.button("log-close"), Qt.MouseButton.LeftButton)
    assert not log.isVisible()
    assert not desk.button("status-log").isChecked()


def test_line_of_the_log_opens_its_details_and_is_copied(desk: Desk, qtbot: QtBot) -> None:
    desk.window.show_log(True)
    for number in range(3):
        desk.notifications.error(f"Failure {number}.", f"detail {number}")
    table = desk.find(QTableView, "log-table")
    assert isinstance(table, QTableView)
    table.selectRow(1)
    table.activated.emit(table.model().index(1, 2))
    dialog = desk.window.findChildren(QDialog, "details-dialog")[0]
    text = dialog.findChildren(QWidget, "details-text")[0].toPlainText()  # type: ignore[attr-defined]
    assert text == "detail 1"
    dialog.accept()
    desk.button("log-copy").click()
    copied = QGuiApplication.clipboard().text()
    assert copied.endswith("error  Failure 1.")
    assert "\n" not in copied
    table.clearSelection()
    desk.button("log-copy").click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3


def test_log_keeps_only_the_last(desk: Desk) -> None:
    desk.window.show_log(True)
    desk.notifications.posted.disconnect(desk.window._on_notifications_posted)  # thousands of toasts are another test
    for number in range(KEPT + 3):
        desk.notifications.info(f"notice {number}")
    log = desk.window.findChildren(LogDock)[0]
    lines = log.text().splitlines()
    assert len(lines) == KEPT
    assert lines[0].endswith("notice 3")
    for toast in desk.toasts():
        toast.dismissed()


# Notices


def test_notice_appears_with_details_and_goes(desk: Desk, qtbot: QtBot) -> None:
    desk.notifications.error("laser cannot be reached.", "connection refused")
    (toast,) = desk.toasts()
    assert toast.accessibleName() == "laser cannot be reached."
    toast.findChildren(QAbstractButton, "toast-details")[0].click()
    dialog = desk.window.findChildren(QDialog, "details-dialog")[0]
    dialog.grab()
    qtbot.mouseClick(dialog.findChildren(QAbstractButton, "details-copy")[0], Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "laser cannot be reached.\n\nconnection refused"
    dialog.accept()
    toast.findChildren(QAbstractButton, "toast-dismiss")[0].click()
    assert desk.toasts() == ()


def test_notice_without_detail_has_no_button_for_it(desk: Desk) -> None:
    desk.notifications.info("Saved.")
    (toast,) = desk.toasts()
    assert not toast.findChildren(QAbstractButton, "toast-details")[0].isVisible()


def test_at_most_three_notices_and_errors_stay(desk: Desk) -> None:
    desk.notifications.info("one")
    for name in ("two", "three", "four", "five"):
        desk.notifications.error(name)
    assert [toast.sentence for toast in desk.toasts()] == ["two", "three", "four"]
    desk.toasts()[1].dismissed()
    assert [toast.sentence for toast in desk.toasts()] == ["two", "four", "five"]


def test_same_notice_counts_up(desk: Desk) -> None:
    for _ in range(3):
        desk.notifications.error("It failed.", "why")
    (toast,) = desk.toasts()
    assert toast.count == 3
    assert toast.findChildren(QLabel, "toast-text")[0].text() == "It failed. (3 times)"


def test_passing_notice_goes_by_itself_but_not_under_the_mouse(desk: Desk, qtbot: QtBot) -> None:
    desk.notifications.info("Saved.")
    desk.notifications.error("It failed.")
    saved, failed = desk.toasts()
    assert saved._timer.isActive()
    assert not failed._timer.isActive()
    saved._timer.setInterval(20)
    saved._timer.start()
    qtbot.waitUntil(lambda: desk.toasts() == (failed,), timeout=2000)


def test_notices_lie_at_the_bottom_right_and_follow_the_window(desk: Desk) -> None:
    desk.notifications.error("A sentence that is long enough to need more than one line in a narrow window. " * 2)
    desk.toasts()
    area = desk.window.findChildren(ToastArea)[0]
    around = area.parentWidget()
    assert around is not None
    for width in (1300, 1000):
        desk.window.resize(width, 700)
        QApplication.processEvents()
        assert around.width() - area.geometry().right() - 1 == 16
        assert around.height() - area.geometry().bottom() - 1 == 48 + 16, "above the bar of edits"
    area.grab()


def test_notice_from_another_thread_is_shown(desk: Desk, qtbot: QtBot) -> None:
    import threading

    thread = threading.Thread(target=lambda: desk.notifications.error("From a thread."))
    thread.start()
    thread.join(5)
    qtbot.waitUntil(lambda: [toast.sentence for toast in desk.toasts()] == ["From a thread."], timeout=2000)


# What is remembered


def test_size_page_and_log_are_restored(desk: Desk, tmp_path: Path, qapp: QApplication) -> None:
    desk.window.resize(960, 666)  # as wide as it can be on this screen
    desk.window.set_current("consoles")
    desk.window.show_log(True)
    desk.window.remember()
    assert desk.settings.save() == ""
    again = Desk(tmp_path / "window.json")
    try:
        assert (again.window.width(), again.window.height()) == (960, 666)
        assert again.window.current() == "consoles"
        assert again.window.findChildren(LogDock)[0].isVisible()
    finally:
        again.window.hide()
        again.window.deleteLater()


@pytest.mark.parametrize("geometry", ["", "nonsense", "AAAA", "!!!!"])
def test_unusable_geometry_gives_the_usual_size(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, geometry: str
) -> None:
    settings = Settings(tmp_path / "window.json")
    for name, value in (("geometry", geometry), ("theme", "pink"), ("page", "nothing"), ("on_close", "explode")):
        settings.set(name, value)
    window = MainWindow(Notifications(), settings)
    try:
        screen = qapp.primaryScreen().availableGeometry()
        assert screen.contains(window.geometry().topLeft())
        assert window.height() < screen.height()
        assert window.current() == ""
    finally:
        window.deleteLater()
        apply_theme(qapp, "light")


def test_everything_in_the_frame_has_a_name_and_a_size(desk: Desk) -> None:
    desk.window.set_status("nameserver", "live", "Nameserver", "localhost:9090")
    desk.window.set_health([("live", 1)])
    desk.window.show_log(True)
    QApplication.processEvents()
    for push in desk.window.findChildren(QAbstractButton):
        if push.isVisible() and push.window() is desk.window and not push.inherits("QTableCornerButton"):
            assert push.accessibleName(), push
            assert push.objectName(), push
            assert min(push.width(), push.height()) >= 24, push
            assert push.focusPolicy() & Qt.FocusPolicy.TabFocus, push


def test_frame_fits_a_small_screen(desk: Desk) -> None:
    desk.window.set_lab("A laboratory with a very long name indeed, longer than there is room for it", None)
    desk.window.set_health([("live", 14), ("slow", 1), ("no reply", 2), ("not connected", 3), ("lost", 2)])
    desk.window.resize(960, 600)
    QApplication.processEvents()
    assert desk.window.size().width() == 960
    items = [item for item in desk.window.findChildren(StateButton) if item.isVisible()]
    for item in items:
        right = item.mapTo(desk.window, QPoint(item.width(), 0)).x()
        assert right <= 960, item.accessibleName()
    desk.window.grab()
