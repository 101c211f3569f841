"""The tab of recordings on screen: a recording is begun, stopped, drawn, deleted and brought back; keys suffice."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from pyrolab_gui.ui.question_dialog import QuestionDialog
from pyrolab_gui.ui.recordings.end_dialog import EndDialog
from pyrolab_gui.ui.recordings.record_dialog import moment_of, seconds_of
from pyrolab_gui.ui.recordings_tab import RecordingsTab
from pyrolab_gui.viewmodels.background import Background
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.viewmodels.plot_channel import Reading
from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel
from pyrolab_gui.viewmodels.recordings_vm import Place, RecordingsViewModel
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import RecorderPlan
from tests.gui import console_bench
from tests.unit.viewmodels.test_recordings import BEGAN, write

POWER = Reading("optics.laser", "power", "mW")


class Supervisor:
    """Keeps what is asked of it; a recording that it is given runs at once."""

    def __init__(self) -> None:
        self.plans: dict[str, RecorderPlan] = {}
        self.asked: list[tuple[str, object]] = []
        self.refuses = ""
        self._tell = lambda status: None

    def record(self, plan: RecorderPlan) -> None:
        if self.refuses:
            raise LabError(self.refuses)
        self.plans[f"recorder/{plan.name}"] = plan
        self.tell_state(plan.name)

    def tell_state(self, name: str, state: ChildState = ChildState.RUNNING, error: str = "") -> None:
        self._tell(ChildStatus(ChildKind.RECORDER, name, state, error=error))

    def recordings(self) -> tuple[RecorderPlan, ...]:
        return tuple(self.plans.values())

    def stop(self, keys: list[str]) -> None:
        self.asked.append(("stop", keys))

    def tell(self, key: str, what: dict[str, str]) -> None:
        self.asked.append((key, what))

    def statuses(self) -> tuple[ChildStatus, ...]:
        return ()

    def subscribe(self, callback):
        self._tell = callback
        return lambda: None

    def subscribe_link(self, callback):
        callback(True, "")
        return lambda: None


class Far(Supervisor):
    """That of another PC, which can go out of reach."""

    def __init__(self) -> None:
        super().__init__()
        self.state: dict[str, ChildStatus] = {}

    def tell_state(self, name: str, state: ChildState = ChildState.RUNNING, error: str = "") -> None:
        status = ChildStatus(ChildKind.RECORDER, name, state, error=error, started=time.time() - 60)
        self.state[status.key] = status
        self._tell(status)

    def statuses(self) -> tuple[ChildStatus, ...]:
        return tuple(self.state.values())

    def subscribe_link(self, callback):
        self.link = callback
        return super().subscribe_link(callback)


class Bench(console_bench.Bench):
    """The tab above real files, and a stand-in for the supervisor."""

    def __init__(self, qtbot, folder: Path) -> None:
        super().__init__(qtbot)
        self.tab.hide()
        self.vm.set_entries(console_bench.ENTRIES)
        self.bridge = Bridge()
        self.news = Notifications()
        self.background = Background(self.bridge, self.news)
        self.plots = PlotsViewModel(self.vm, self.notices, self.bridge, self.background)
        self.supervisor = Supervisor()
        self.place = Place(lambda: [folder], tuple, lambda: "/labs/a.yaml", "anna@desk")
        self.recordings = RecordingsViewModel(
            self.supervisor, self.vm, self.plots, self.news, self.bridge, self.background, self.place  # type: ignore[arg-type]
        )  # fmt: skip
        self.page = RecordingsTab(self.recordings)
        qtbot.addWidget(self.page)
        self.page.resize(1280, 640)
        self.page.show()
        qtbot.waitUntil(lambda: self.recordings.looked)

    def rows(self) -> list[tuple[str, str]]:
        return [(row.name, row.state) for row in self.page.model.rows]

    def close(self) -> None:
        self.recordings.close()
        self.background.close()
        self.bridge.close()
        super().close()


@pytest.fixture
def make(qtbot):
    benches: list[Bench] = []

    def open_bench(folder: Path) -> Bench:
        benches.append(Bench(qtbot, folder))
        return benches[0]

    yield open_bench
    for bench in benches:
        bench.close()


def test_an_empty_place_says_what_it_is_for_and_a_dialog_begins_a_recording(make, qtbot, tmp_path: Path):
    bench = make(tmp_path)
    assert bench.page.stack.currentWidget() is bench.page.empty
    dialog = bench.page.ask_to_record(readings=(POWER,))
    assert dialog.tree.ticked() == (POWER,)
    dialog.name.setText("night/1")
    assert "needs a name without" in dialog.sentence.text()
    dialog.name.setText("night")
    dialog.purpose.setText("drift")
    dialog.ends.setCurrentIndex(1)
    dialog.go.click()
    assert "How long" in dialog.sentence.text()  # nothing has begun
    assert not bench.supervisor.plans
    dialog.ends_field.setText("8 h")
    assert "It goes on when this window is closed." in dialog.sentence.text()
    bench.supervisor.refuses = "A recording called “night” is there already."
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.sentence.text() == bench.supervisor.refuses)
    bench.supervisor.refuses = ""
    dialog.go.click()
    qtbot.waitUntil(lambda: bench.rows() == [("night", "waiting")])
    (plan,) = bench.supervisor.plans.values()
    assert (plan.file, plan.purpose, plan.seconds, plan.who) == (
        str(tmp_path / "night.rec"), "drift", 28_800.0, "anna@desk",
    )  # fmt: skip
    assert [(one.instrument, one.member) for one in plan.members] == [("optics.laser", "power")]
    write(tmp_path / "night.rec", which=plan.client, closed=False, began=time.time() - 2530)
    bench.recordings.look()
    qtbot.waitUntil(lambda: bench.rows() == [("night", "recording")])
    state, text, _ = bench.recordings.status(time.time())
    assert (state, text[:12], text[-8:-1]) == ("recording", "1 channel · ", "00:42:1")


def test_a_recording_is_stopped_by_its_owner_at_once_and_by_others_after_a_question(make, qtbot, tmp_path: Path):
    for name in ("mine", "other"):
        write(tmp_path / f"{name}.rec", which=name, closed=False)
    bench = make(tmp_path)
    bench.supervisor.plans = {
        "recorder/mine": RecorderPlan("mine", str(tmp_path / "mine.rec"), who="anna@desk", client="mine"),
        "recorder/other": RecorderPlan("other", str(tmp_path / "other.rec"), who="ben@desk", client="other"),
    }
    for name in ("mine", "other"):
        bench.supervisor.tell_state(name)
    qtbot.waitUntil(lambda: sorted(bench.rows()) == [("mine", "recording"), ("other", "recording")])
    rows = {row.name: row for row in bench.page.model.rows}
    bench.place.who = "anna@desk"
    bench.page.choose(rows["mine"].path)
    assert not bench.page.delete.isEnabled()  # it is at work
    bench.page.detail.note.setText("door opened")
    qtbot.keyClick(bench.page.detail.note, Qt.Key.Key_Return)
    bench.page.detail.stop.click()
    qtbot.waitUntil(lambda: len(bench.supervisor.asked) == 2)
    assert sorted(map(str, bench.supervisor.asked)) == sorted(
        map(str, [("recorder/mine", {"note": "door opened"}), ("stop", ["recorder/mine"])])
    )
    bench.page.detail.end.click()
    end = bench.page.findChild(EndDialog)
    assert not end.change.isEnabled(), "nothing was said yet"
    end.field.setText("2 h")
    before = time.time()
    end.change.click()
    qtbot.waitUntil(lambda: len(bench.supervisor.asked) == 3)
    key, told = bench.supervisor.asked.pop()
    assert key == "recorder/mine" and 7200.0 <= told["ends"] - before < 7260.0
    bench.place.who = "carl@desk"
    dialog = bench.page.ask_to_stop(rows["other"])
    assert isinstance(dialog, QuestionDialog)
    dialog.reject()
    assert len(bench.supervisor.asked) == 2
    bench.supervisor.tell_state("other", error="other.rec has not grown since 12:00:00. cryo: it is off")
    qtbot.waitUntil(lambda: ("other", "still") in bench.rows())
    assert any("has not grown" in notice.sentence for notice in bench.news.notices)
    assert bench.recordings.status(time.time())[0] == "alarm"


def test_recordings_of_another_pc_are_listed_and_ordered_there_and_never_called_stopped_when_it_is_away(
    make, qtbot, tmp_path: Path
):
    write(tmp_path / "night.rec")
    bench, rack = make(tmp_path), Far()
    bench.recordings.attach("rack:1", "rack", rack, bench.background)
    rack.record(RecorderPlan("night", str(tmp_path / "night.rec"), who="anna@desk", client="1"))
    titles = lambda: [(row.title, row.state) for row in bench.page.model.rows]  # noqa: E731
    qtbot.waitUntil(lambda: titles() == [("night@rack", "recording"), ("night", "complete")])
    there, _ = bench.page.model.rows
    bench.page.table.choose([there.place])
    assert bench.page.detail.row is there, "the same path on another PC is another recording"
    offered = [one.isEnabled() for one in (bench.page.plot, bench.page.export, bench.page.delete)]
    assert offered == [False] * 3, "its file is not here"
    bench.page.detail.note.setText("door opened")
    qtbot.keyClick(bench.page.detail.note, Qt.Key.Key_Return)
    bench.recordings.change_end(there, 0.0)
    bench.page.detail.stop.click()
    qtbot.waitUntil(lambda: len(rack.asked) == 3)
    assert sorted(map(str, rack.asked)) == sorted(
        map(str, [("recorder/night", {"note": "door opened"}), ("recorder/night", {"ends": 0.0}),
                  ("stop", ["recorder/night"])])
    )  # fmt: skip
    assert not bench.supervisor.asked, "the PC where one sits has nothing to do with it"
    assert there.sentence == "As it was begun: goes on until somebody stops it."
    bench.recordings.change_end(there, time.time() + 60.0)
    qtbot.waitUntil(lambda: bench.page.model.rows[0].sentence.startswith("Ends at"))
    rack.link(False, "rack does not answer.")
    qtbot.waitUntil(lambda: titles()[0] == ("night@rack", "no-answer"))
    assert not bench.page.detail.stop.isVisible()
    rack.link(True, "")
    qtbot.waitUntil(lambda: titles()[0] == ("night@rack", "recording"))
    bench.page.search.setText("RACK")
    assert titles() == [("night@rack", "recording")]
    bench.page.search.setText("")
    rack.plans.clear()
    rack.tell_state("night", ChildState.STOPPED)
    qtbot.waitUntil(lambda: titles() == [("night", "complete")])
    assert bench.news.notices[-1].sentence == "The recording night on rack has ended."


def test_recordings_are_searched_drawn_compared_and_exported(make, qtbot, tmp_path: Path):
    write(tmp_path / "a.rec")
    write(tmp_path / "morning.rec", began=BEGAN + 86_400)
    bench = make(tmp_path)
    bench.page.search.setText("morning")
    assert bench.rows() == [("morning", "complete")]
    bench.page.search.setText("")
    bench.page.choose(tmp_path / "a.rec")
    with qtbot.waitSignal(bench.page.plotsRequested):
        qtbot.keyClick(bench.page.table, Qt.Key.Key_Return)
    assert bench.plots.current is not None
    assert bench.plots.current.title == "a"
    assert [channel.label for channel in bench.plots.current.plot.channels] == ["cryo.temperature"]
    bench.page.table.selectAll()
    assert (bench.page.plot.isEnabled(), bench.page.compare.isEnabled()) == (False, True)
    with qtbot.waitSignal(bench.page.plotsRequested):
        bench.page.compare.click()
    assert len(bench.plots.current.plot.channels) == 2
    bench.page.choose(tmp_path / "a.rec")
    bench.page.export.click()
    dialog = bench.page.findChild(QFileDialog, "file-dialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "a.csv"))
    dialog.close()
    qtbot.waitUntil((tmp_path / "a.csv").exists)
    assert (tmp_path / "a.csv").read_text("utf-8").count("cryo.temperature") == 101


def test_what_is_deleted_by_a_key_is_brought_back_by_a_button(make, qtbot, tmp_path: Path):
    path = write(tmp_path / "a.rec")
    bench = make(tmp_path)
    bench.page.choose(path)
    qtbot.keyClick(bench.page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bench.rows() == [] and bench.page.undo_bar.isVisible())
    assert not path.exists()
    bench.page.undo.click()
    qtbot.waitUntil(lambda: bench.rows() == [("a", "complete")])
    assert not bench.page.undo_bar.isVisible()
    bench.place.read_only = True
    bench.page.choose(path)
    bench.page._on_selection_moved()
    assert not bench.page.delete.isEnabled()
    QApplication.processEvents()


def test_times_and_lengths_are_read():
    assert [seconds_of(text) for text in ("8 h", "30min", "2 d", "1.5h")] == [28_800, 1_800, 172_800, 5_400]
    assert moment_of("2030-01-02 03:04") == time.mktime((2030, 1, 2, 3, 4, 0, 0, 0, -1))
    assert 0 < moment_of("22:00") - time.time() <= 86_400
    for text in ("", "soon", "8", "-2 h"):
        with pytest.raises(ValueError, match="such as"):
            seconds_of(text)
