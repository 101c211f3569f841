"""The one window: top bar, tabs, pages, log, status bar, notices.

It draws what it is told and says what the user wants; it loads, saves and stops nothing itself. Closing it asks
whoever listens to `closeRequested`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.main_menu import CLOSINGS, MainMenu
from pyrolab_gui.ui.status_bar import StatusBar
from pyrolab_gui.ui.tab_bar import TabBar
from pyrolab_gui.ui.theme import Mode, apply_theme, icon
from pyrolab_gui.ui.top_bar import TopBar
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.viewmodels.logs_vm import LogsViewModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyrolab_gui.ui.command import Command
    from pyrolab_gui.ui.command_palette import CommandPalette
    from pyrolab_gui.ui.log_dock import LogDock
    from pyrolab_gui.ui.widgets.toast import ToastArea
    from pyrolab_gui.viewmodels.notifications import Notice, Notifications
    from pyrolab_gui.viewmodels.settings import Settings

_SIZE = QSize(1280, 800)
_DECORATION = QSize(8, 40)
"""What a desktop puts around a window; known only when it is shown."""
_NUDGE = 40
"""Pixels by which Qt may have moved a restored window down."""
_SMALLEST = QSize(960, 600)
_BAR_OF_EDITS = 48
"""Height of the bar at the foot of the Daemons tab: what is told covers none of its buttons."""
_THEMES: dict[str, Mode] = {"light": "light", "dark": "dark", "system": "system"}
_THEME_ICONS = {"light": "sun", "dark": "moon", "system": "desktop"}
_TITLE = "PyroLab GUI"


class MainWindow(QWidget):
    """The window.

    Parameters
    ----------
    notifications
        Shown as toasts and in the log.
    settings
        Where size, page and theme are kept.
    """

    closeRequested = Signal()
    """The user wants to end; the window itself stays until somebody hides it."""

    interrupted = Signal()
    """The process was asked to end: no questions."""

    openRequested = Signal(str)
    """The path of a lab file that was chosen."""

    newRequested = Signal(str, str)
    """The path of a lab file that is to be made, and the template that it begins with."""

    saveRequested = Signal()
    statusActivated = Signal(str)
    """The key of the item of the status bar that was clicked."""

    healthActivated = Signal(str)
    """The state that was clicked in the sum of health."""

    alarmsRequested = Signal()
    """The alarms are to be shown."""

    safeStateRequested = Signal()
    """Instruments are to be brought into their safe state: it is asked which."""

    currentChanged = Signal(str)
    """The key of the tab that became current."""

    def __init__(self, notifications: Notifications, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowTitle(_TITLE)
        self.setWindowIcon(icon("flask", None, "accent"))
        self.setMinimumSize(_SMALLEST)
        self._settings = settings
        self._commands: Callable[[], Sequence[Command]] = tuple
        self._pages: dict[str, QWidget] = {}
        self._folder = ""
        self._palette: CommandPalette | None = None
        self._log: LogDock | None = None
        self._toasts: ToastArea | None = None
        self._top = TopBar()
        self._top.paletteRequested.connect(self._open_palette)
        self._top.healthActivated.connect(self.healthActivated)
        self._top.safeStateRequested.connect(self.safeStateRequested)
        self._top.alarmActivated.connect(self.alarmsRequested)
        self._tabs = TabBar()
        self._tabs.currentChanged.connect(self._on_tabs_changed)
        self._stack = QStackedWidget()
        self._status = StatusBar()
        self._status.activated.connect(self.statusActivated)
        self._status.logToggled.connect(self.show_log)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._body = Panel("base")
        inside = QVBoxLayout(self._body)
        inside.addWidget(self._stack)
        self._split.addWidget(self._body)
        ground = Panel("window")
        column = QVBoxLayout(ground)
        for layout in (column, inside, outer := QVBoxLayout(self)):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        for part in (self._top, self._tabs, Separator()):
            column.addWidget(part)
        column.addWidget(self._split, 1)
        column.addWidget(Separator())
        column.addWidget(self._status)
        outer.addWidget(ground)
        self._notifications = notifications
        self.logs = LogsViewModel(notifications)
        notifications.posted.connect(self._on_notifications_posted)
        self._menu = self._make_menu()
        self.set_on_close(settings.get("on_close", "ask"))
        self.set_theme(_THEMES.get(settings.get("theme", "system"), "system"))
        self._restore()
        self.setFocus()  # else the first button would have it, and a ring, from the start

    # Pages

    def add_tab(self, key: str, title: str, icon: str, widget: QWidget) -> None:
        """Add a page with its tab; Ctrl+1, Ctrl+2… go to them in this order."""
        self._pages[key] = widget
        self._stack.addWidget(widget)
        self._tabs.add(key, title, icon)
        action = QAction(f"Go to {title}", self)
        action.setShortcut(QKeySequence(f"Ctrl+{len(self._pages)}"))
        action.triggered.connect(lambda: self._go_to(key))
        self.addAction(action)
        if key == self._settings.get("page", ""):
            self.set_current(key)

    def _go_to(self, key: str) -> None:
        """Go to a page by its key, and into it: who uses the keyboard wants to go on there."""
        self.set_current(key)
        self._pages[key].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def replace_tab(self, key: str, widget: QWidget) -> None:
        """Put another page behind a tab."""
        before = self._pages[key]
        self._pages[key] = widget
        current = self._stack.currentWidget() is before
        self._stack.addWidget(widget)
        if current:
            self._stack.setCurrentWidget(widget)
        self._stack.removeWidget(before)
        before.hide()
        before.deleteLater()

    def page(self, key: str) -> QWidget:
        """Return the page behind a tab."""
        return self._pages[key]

    def current(self) -> str:
        """Return the key of the current tab."""
        return self._tabs.current()

    def set_current(self, key: str) -> None:
        """Go to a tab."""
        self._tabs.set_current(key)

    # What is shown

    def set_badge(self, key: str, state: str, count: int) -> None:
        """Show on a tab how many things in it are in that state; 0 takes the badge away."""
        self._tabs.set_badge(key, str(state), count)

    def set_health(self, counts: Sequence[tuple[str, int]], expected: int = 0, others: int = 0) -> None:
        """Show in the top bar how many instruments are in which state, of how many, and how many are foreign."""
        self._top.set_health(counts, expected, others)

    def set_alarm(self, state: str, strong: str = "", text: str = "", tip: str = "") -> None:
        """Show in the top bar the alarm that calls loudest; nothing where `strong` is empty."""
        self._top.set_alarm(state, strong, text, tip)

    def set_read_only(self, read_only: bool) -> None:
        """Say that this window only looks."""
        self._top.set_read_only(read_only)

    def offer_safe_state(self, offered: bool) -> None:
        """Show or hide the way to the safe state."""
        self._top.offer_safe_state(offered)

    def set_status(self, key: str, state: str, strong: str, text: str, tip: str = "") -> None:
        """Show an item of the status bar."""
        self._status.set_status(key, state, strong, text, tip)

    def set_lab(self, name: str, path: Path | None = None) -> None:
        """Show the lab's name."""
        self._top.set_lab(name, str(path) if path else "")
        self._folder = str(path.parent) if path else self._folder
        self.setWindowTitle(f"{name} – {_TITLE}" if name else _TITLE)

    def set_edited(self, edited: bool) -> None:
        """Show that there are edits that are not saved, and offer to save them."""
        self._top.set_edited(edited)
        self._menu.set_edited(edited)

    def set_commands(self, commands: Callable[[], Sequence[Command]]) -> None:
        """Set what the palette lists besides the window's own commands; asked each time it opens."""
        self._commands = commands

    def show_log(self, shown: bool) -> None:
        """Show or hide the log."""
        if shown and self._log is None:
            self._log = self._make_log()
        if self._log is not None:
            self._log.setVisible(shown)
        self._status.set_log_shown(shown)

    def show_lines(self, source: str, moment: float = 0.0) -> None:
        """Show in the log what a child wrote around a time; 0 is the end."""
        self.show_log(True)
        if self._log is not None:
            self._log.jump(source, moment)

    def set_theme(self, mode: Mode) -> None:
        """Change the theme, and remember it."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, mode)
        self._settings.set("theme", mode)
        self._menu.set_theme(mode)

    def set_on_close(self, choice: str) -> None:
        """Remember what becomes of running processes at the end: ``ask``, ``leave`` or ``stop``."""
        choice = choice if choice in CLOSINGS else "ask"
        self._settings.set("on_close", choice)
        self._menu.set_closing(choice)

    def show_closing(self, text: str) -> None:
        """Say that the window is about to end; nothing can be done in it any more."""
        for part in (self._top, self._tabs, self._split):
            part.setEnabled(False)
        self._status.set_status("closing", "stopping", "", text)

    def commands(self) -> list[Command]:
        """Return all that the palette lists now."""
        from pyrolab_gui.ui.command import Command

        own = []
        for number, key in enumerate(self._tabs.keys(), 1):
            go = partial(self.set_current, key)
            own.append(Command(self._tabs.title(key), go, "Go to", "arrow-right", f"Ctrl+{number}"))
        for action in self._menu.listed():
            own.append(Command(action.text(), action.trigger, hint=action.shortcut().toString()))
        for mode, action in self._menu.themes().items():
            own.append(Command(action.text(), action.trigger, "Theme", _THEME_ICONS[mode]))
        return [*self._commands(), *own]

    # Ends and beginnings

    def remember(self) -> None:
        """Put size, place and page into the settings."""
        self._settings.set("geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self._settings.set("top", self.geometry().top())
        self._settings.set("page", self.current())
        self._settings.set("log", self._log is not None and self._log.isVisibleTo(self))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whoever listens instead of closing."""
        event.ignore()
        self.closeRequested.emit()

    def _restore(self) -> None:
        self.resize(_SIZE)
        stored = QByteArray.fromBase64(QByteArray(self._settings.get("geometry", "").encode()))
        if stored.isEmpty() or not self.restoreGeometry(stored):
            screen = QGuiApplication.primaryScreen()
            if screen is not None:
                room = screen.availableGeometry()
                size = _SIZE.boundedTo(room.size() - _DECORATION)
                self.setGeometry(QRect(room.center() - QRect(QPoint(0, 0), size).center(), size))
        elif not self.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            # Qt moves a window at the upper edge down by the height of a title bar as its own style has it.
            above = self.geometry().top() - self._settings.get("top", self.geometry().top())
            if 0 < above <= _NUDGE:
                self.setGeometry(self.geometry().translated(0, -above))
        self.show_log(self._settings.get("log", False))

    def _make_menu(self) -> MainMenu:
        menu = MainMenu(self)
        menu.newRequested.connect(self.choose_new_lab)
        menu.openRequested.connect(self.choose_lab)
        menu.saveRequested.connect(self.saveRequested)
        menu.themeChosen.connect(lambda mode: self.set_theme(_THEMES[mode]))
        menu.closingChosen.connect(self.set_on_close)
        menu.paletteRequested.connect(self._open_palette)
        menu.settingsRequested.connect(self._show_settings)
        menu.aboutRequested.connect(self._show_about)
        menu.quitRequested.connect(self.closeRequested)
        self._top.set_menu(menu)
        return menu

    # Made when they are first wanted: the frame is on the screen the sooner without them.

    def _open_palette(self) -> None:
        if self._palette is None:
            from pyrolab_gui.ui.command_palette import CommandPalette

            self._palette = CommandPalette(self)
        self._palette.open(self.commands(), self._top.palette_point())

    def _make_log(self) -> LogDock:
        from pyrolab_gui.ui.log_dock import LogDock

        log = LogDock(self.logs)
        log.closeRequested.connect(lambda: self.show_log(False))
        log.problem.connect(self._notifications.error)
        self._split.addWidget(log)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([600, 180])
        return log

    def _show_settings(self) -> None:
        from pyrolab_gui.ui.settings_dialog import SettingsDialog

        settings = self._settings
        dialog = SettingsDialog(self, settings.get("theme", "system"), settings.get("on_close", "ask"))
        dialog.themeChosen.connect(lambda mode: self.set_theme(_THEMES[mode]))
        dialog.closingChosen.connect(self.set_on_close)
        dialog.open()

    def _show_about(self) -> None:
        from pyrolab_gui.ui.about_dialog import show_about

        show_about(self)

    def _notify(self, notice: Notice) -> None:
        if self._toasts is None:
            from pyrolab_gui.ui.widgets.toast import ToastArea

            self._toasts = ToastArea(self._body, _BAR_OF_EDITS)
        self._toasts.notify(notice.sentence, notice.detail, notice.kind, notice.about)

    def choose_lab(self) -> None:
        """Ask for a lab file to open."""
        dialog = self._file_dialog("Open a lab file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.openRequested)
        dialog.open()

    def choose_new_lab(self) -> None:
        """Ask what a new lab file begins with, and where it is to be made."""
        from pyrolab_gui.ui.daemons.template_dialog import TemplateDialog

        dialog = TemplateDialog(self)
        dialog.chosen.connect(self._choose_place)
        dialog.open()

    def _choose_place(self, template: str) -> None:
        dialog = self._file_dialog("Make a lab file")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("yaml")
        dialog.selectFile("lab.yaml")
        dialog.fileSelected.connect(lambda path: self.newRequested.emit(path, template))
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, self._folder, "Lab files (*.yaml *.yml);;All files (*)")
        dialog.setObjectName("file-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _on_tabs_changed(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        self.currentChanged.emit(key)

    def _on_notifications_posted(self, notice: Notice) -> None:
        # A failure in painting must not be shown from within that painting.
        QTimer.singleShot(0, self, lambda: self._notify(notice))
