"""A console on screen with a stand-in for the network below it, and real threads where the test is about them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt

from pyrolab_gui.network.safe_state import Outcome, Target
from pyrolab_gui.ui.console.reading_row import ReadingRow
from pyrolab_gui.ui.console.setting_row import SettingRow
from pyrolab_gui.ui.console_view import ConsoleView
from pyrolab_gui.ui.consoles_tab import ConsolesTab
from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
from pyrolab_gui.viewmodels.ports import BridgePort
from pyrolab_gui.wire.description import ServiceDescription
from tests.unit.viewmodels.console_fakes import (
    URI,
    DirectBridge,
    FakeControl,
    FakeEntry,
    FakeFeed,
    FakeInstrument,
    FakeNotices,
    laser,
)

VALUES = {"power": 3.0, "wavelength": 1550.0, "temperature": 24.8, "output": False, "mode": "APC", "serial": "SN1"}
ENTRIES = [
    FakeEntry("optics.laser", URI, object_id="laser"),
    FakeEntry("optics.meter", "PYRO:meter@127.0.0.1:4711", object_id="meter"),
    FakeEntry("fit", "PYRO:fit@127.0.0.1:4712", object_id="fit", port=4712),
]


class Identity:
    who = "ann@bench"
    person = "ann@bench"
    client = "c1"


class Bench:
    """The tab of consoles with one or more stand-in instruments."""

    def __init__(
        self,
        qtbot: Any,
        description: ServiceDescription | None = None,
        bridge: BridgePort | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self.qtbot = qtbot
        self.description = description or laser()
        self.instruments: dict[str, FakeInstrument] = {}
        self.feeds: list[FakeFeed] = []
        self.controls: list[FakeControl] = []
        self.notices = FakeNotices()
        self.urgent: list[tuple[str, list[str]]] = []
        """What was to be stopped or made safe past everybody: role and names."""
        self.tell_outcome: list[Callable[[Outcome], None]] = []
        self.vm = ConsolesViewModel(
            Identity(),  # type: ignore[arg-type]
            self.notices,
            bridge or DirectBridge(),
            read_only=read_only,
            make_feed=self._feed,
            make_instrument=self._instrument,
            make_control=self._control,
            make_safe=self._safe,
        )
        self.vm.me.asked = True
        self.tab = ConsolesTab(self.vm)
        qtbot.addWidget(self.tab)
        self.tab.resize(1280, 700)
        self.tab.show()
        qtbot.waitExposed(self.tab)

    def _safe(self, role: str) -> Callable[[Sequence[Target], Callable[[Outcome], None]], object]:
        def make(targets: Sequence[Target], tell: Callable[[Outcome], None]) -> None:
            self.tell_outcome.append(tell)
            self.urgent.append((role, [target.name for target in targets]))

        return make

    def _feed(self, on_columns: Any) -> FakeFeed:
        self.feeds.append(FakeFeed(on_columns))
        return self.feeds[-1]

    def _instrument(self, uri: str, name: str, resolve: Any) -> FakeInstrument:
        made = FakeInstrument(self.description, VALUES)
        made.answers.update(islocked=False, lock=True, unlock=True)
        self.instruments[name] = made
        return made

    def _control(self, host: str, port: int, on_state: Any) -> FakeControl:
        self.controls.append(FakeControl(host, port, on_state))
        return self.controls[-1]

    @property
    def feed(self) -> FakeFeed:
        return self.feeds[0]

    @property
    def instrument(self) -> FakeInstrument:
        return self.instruments["optics.laser"]

    def open(self, name: str = "optics.laser") -> tuple[ConsoleViewModel, ConsoleView]:
        self.vm.set_entries(ENTRIES)
        console = self.vm.open_known(name)
        assert console is not None
        view = self.tab.view_of(console)
        assert view is not None
        return console, view

    def bring(self, member: str, *values: Any) -> None:
        now = time.time()
        times = [now - len(values) + 1 + place for place in range(len(values))]
        self.feed.bring(member, list(values), times)

    def setting(self, name: str) -> SettingRow:
        console = self.vm.current
        assert console is not None
        view = self.tab.view_of(console)
        assert view is not None
        row = view.rows[name]
        assert isinstance(row, SettingRow)
        return row

    def reading(self, name: str) -> ReadingRow:
        console = self.vm.current
        assert console is not None
        view = self.tab.view_of(console)
        assert view is not None
        row = view.rows[name]
        assert isinstance(row, ReadingRow)
        return row

    def type_into(self, name: str, text: str) -> TextEditor:
        editor = self.setting(name).editor
        assert isinstance(editor, TextEditor)
        editor.field.setFocus()
        editor.field.selectAll()
        self.qtbot.keyClicks(editor.field, text)
        return editor

    def press(self, editor: TextEditor, key: Qt.Key) -> None:
        self.qtbot.keyClick(editor.field, key)

    def close(self) -> None:
        self.vm.aclose()
