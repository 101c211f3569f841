"""The menu of the window, and the keys of its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

THEMES = {"light": "Light", "dark": "Dark", "system": "As the system"}
CLOSINGS = {"ask": "Ask", "leave": "Leave processes running", "stop": "Stop all processes"}


class MainMenu(QMenu):
    """Says what was chosen; does nothing itself. Its keys work anywhere in the window."""

    newRequested = Signal()
    openRequested = Signal()
    saveRequested = Signal()
    themeChosen = Signal(str)
    closingChosen = Signal(str)
    paletteRequested = Signal()
    settingsRequested = Signal()
    aboutRequested = Signal()
    quitRequested = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("menu")
        self._window = window
        self._listed = [
            self._add("New lab…", "", self.newRequested.emit),
            self._add("Open lab…", "Ctrl+O", self.openRequested.emit),
        ]
        self._save = self._add("Save", "Ctrl+S", self.saveRequested.emit)
        self._save.setEnabled(False)
        self.addSeparator()
        self._themes = self._choice("Theme", THEMES, self.themeChosen.emit)
        self._closings = self._choice("When closing", CLOSINGS, self.closingChosen.emit)
        self._listed.append(self._add("Settings…", "Ctrl+,", self.settingsRequested.emit))
        self._add("Commands…", "Ctrl+K", self.paletteRequested.emit)
        self.addSeparator()
        self._listed += [
            self._save,
            self._add("About PyroLab GUI", "", self.aboutRequested.emit),
            self._add("Quit", "Ctrl+Q", self.quitRequested.emit),
        ]

    def set_edited(self, edited: bool) -> None:
        """Offer to save, or not."""
        self._save.setEnabled(edited)

    def set_theme(self, mode: str) -> None:
        """Tick the theme in force."""
        self._themes[mode].setChecked(True)

    def set_closing(self, choice: str) -> None:
        """Tick what becomes of running processes at the end."""
        self._closings[choice].setChecked(True)

    def listed(self) -> list[QAction]:
        """Return what the command palette lists too: what can be done now."""
        return [action for action in self._listed if action.isEnabled()]

    def themes(self) -> Mapping[str, QAction]:
        """Return the entries of the themes."""
        return self._themes

    def _add(self, title: str, key: str, run: Callable[[], object]) -> QAction:
        action = QAction(title, self._window)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: run())
        self._window.addAction(action)  # else the key would work only while the menu is open
        self.addAction(action)
        return action

    def _choice(self, title: str, choices: Mapping[str, str], chosen: Callable[[str], object]) -> dict[str, QAction]:
        """Add a sub-menu of which one entry is ticked."""
        below = self.addMenu(title)
        below.setObjectName(f"menu-{title.lower().replace(' ', '-')}")
        group = QActionGroup(self)
        actions = {}
        for key, text in choices.items():
            action = QAction(text, self)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, key=key: chosen(key))
            group.addAction(action)
            below.addAction(action)
            actions[key] = action
        return actions
