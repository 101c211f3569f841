"""Notices outside the window, on a desktop that has a place for them and on one that has none."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from pyrolab_gui.ui.registry import tray
from pyrolab_gui.viewmodels.notifications import Notice


class FakeIcon(QObject):
    """A tray's icon that is placed a moment after it is shown, as desktops do."""

    MessageIcon = QSystemTrayIcon.MessageIcon
    activated = Signal(object)
    messageClicked = Signal()  # noqa: N815
    available = True
    made: ClassVar[list[FakeIcon]] = []

    def __init__(self, icon: Any, parent: QObject) -> None:
        super().__init__(parent)
        self.looks = 0
        self.told: list[tuple[str, str]] = []
        FakeIcon.made.append(self)

    @classmethod
    def isSystemTrayAvailable(cls) -> bool:  # noqa: N802
        return cls.available

    def setToolTip(self, text: str) -> None:  # noqa: N802
        pass

    def show(self) -> None:
        pass

    def geometry(self) -> QRect:
        self.looks += 1
        return QRect() if self.looks < 3 else QRect(1256, 776, 24, 24)

    def showMessage(self, title: str, text: str, kind: object, milliseconds: int) -> None:  # noqa: N802
        self.told.append((text, str(kind)))


@pytest.fixture
def icons(monkeypatch: pytest.MonkeyPatch) -> list[FakeIcon]:
    monkeypatch.setattr(tray, "QSystemTrayIcon", FakeIcon)
    monkeypatch.setattr(FakeIcon, "made", [])
    monkeypatch.setattr(FakeIcon, "available", True)
    return FakeIcon.made


def test_a_notice_waits_for_the_icons_place_and_a_click_brings_the_window(qtbot, icons):
    window = QWidget()
    qtbot.addWidget(window)
    there = tray.Tray(window)
    there.tell(Notice("warning", "laser cannot be reached."))
    assert FakeIcon.made[0].told == []
    qtbot.waitUntil(lambda: bool(FakeIcon.made[0].told), timeout=3000)
    assert FakeIcon.made[0].told[0][0] == "laser cannot be reached."
    assert "Warning" in FakeIcon.made[0].told[0][1]
    there.tell(Notice("info", "laser is back."))
    assert [text for text, _ in FakeIcon.made[0].told] == ["laser cannot be reached.", "laser is back."]
    assert len(FakeIcon.made) == 1
    FakeIcon.made[0].messageClicked.emit()
    assert window.isVisible()


def test_without_a_tray_nothing_is_made(qtbot, icons, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(FakeIcon, "available", False)
    window = QWidget()
    qtbot.addWidget(window)
    tray.Tray(window).tell(Notice("info", "laser is back."))
    assert FakeIcon.made == []
