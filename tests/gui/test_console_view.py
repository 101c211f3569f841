"""An instrument's console on screen: one row per property, typed forms, results, and a window that never waits."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from pyrolab_gui.ui.console.history_list import HistoryDelegate
from pyrolab_gui.ui.console.instrument_list import RowRole
from pyrolab_gui.ui.console.reading_row import ReadingRow
from pyrolab_gui.ui.console.setting_row import SettingRow, without_noise
from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.theme import apply_theme
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.wire.columns import Gap
from pyrolab_gui.wire.description import (
    Choice,
    MemberDescription,
    ParameterDescription,
    ServiceDescription,
    TypeDescription,
)
from pyrolab_gui.wire.errors import BadArgument, RemoteFailure, Unreachable
from pyrolab_gui.wire.health import ProcessLink
from tests.gui.console_bench import Bench
from tests.gui.test_editors import EVERY_KIND
from tests.unit.viewmodels.console_fakes import FLOAT, laser, method, prop


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    yield bench
    bench.close()


def make_bench(request, qtbot, description: ServiceDescription) -> Bench:
    bench = Bench(qtbot, description)
    request.addfinalizer(bench.close)
    return bench


# -- rows ----------------------------------------------------------------------------------------------------------


def test_one_row_per_property_readings_and_settings(bench: Bench):
    _, view = bench.open()
    assert {name: type(row) for name, row in view.rows.items()} == {
        "temperature": ReadingRow,
        "serial": ReadingRow,
        "power": SettingRow,
        "wavelength": SettingRow,
        "output": SettingRow,
        "mode": SettingRow,
    }
    assert list(view.forms) == ["halt", "sweep", "identify"], "what stops comes first"
    assert view.header.title.text() == "optics.laser"
    assert view.header.class_name.text() == "TunableLaser"
    assert view.header.state.state == "live"


def test_the_head_says_that_the_state_is_unknown_since_a_crash(bench: Bench):
    console, view = bench.open()
    assert not view.header.unknown.isVisible()
    console._on_unknown_told(time.mktime((2026, 11, 24, 14, 5, 0, 0, 0, -1)))
    assert view.header.unknown.isVisible()
    assert view.header.unknown.text() == "State unknown since the restart at 14:05"
    console._on_unknown_told(0.0)
    assert not view.header.unknown.isVisible()


def test_a_reading_shows_value_unit_and_recent_curve(bench: Bench):
    bench.open()
    row = bench.reading("temperature")
    assert row.cells.value.text() == "–"
    bench.bring("temperature", 24.81, 24.815)
    assert row.cells.label.text() == "Temperature"
    assert row.cells.value.text() == "24.815"
    assert row.cells.unit.text() == "°C"
    assert row.spark.isVisible() and row.spark.values() == (24.81, 24.815)
    assert not row.age.isVisible() and not row.cells.value.stale


def test_an_old_reading_does_not_look_fresh(bench: Bench):
    console, view = bench.open()
    bench.bring("temperature", 24.8)
    console.members["temperature"].arrived -= 41
    view._on_age_tick()
    row = bench.reading("temperature")
    assert row.cells.value.stale
    assert "41 s old" in row.age.text()


def test_a_failed_reading_says_why_in_its_place_and_keeps_the_value(bench: Bench):
    bench.open()
    bench.bring("temperature", 24.8)
    now = time.time()
    bench.feed.bring("temperature", [], [], (Gap(now, now + 1, "error", "ValueError: sensor open"),))
    row = bench.reading("temperature")
    assert row.error.text() == "ValueError: sensor open"
    assert row.details.isVisible()
    assert row.cells.value.text() == "24.8"


def test_members_that_may_not_be_read_on_their_own_have_a_button(bench: Bench):
    bench.open()
    row = bench.reading("serial")
    assert row.read.isVisible() and "serial" not in bench.instrument.gets
    row.read.click()
    assert row.cells.value.text() == "SN1"


def test_reading_ends_while_another_console_is_shown(bench: Bench):
    bench.open("optics.laser")
    assert len(bench.feed.open_members()) == 5
    laser_instrument = bench.instrument
    bench.vm.open_known("optics.meter")
    watched = [each for each in bench.feed.subscriptions if not each.closed]
    assert all(each.instrument is not laser_instrument for each in watched)


# -- settings ------------------------------------------------------------------------------------------------------


def test_typing_is_marked_and_enter_sends(bench: Bench):
    console, view = bench.open()
    bench.bring("power", 3.0)
    row = bench.setting("power")
    editor = bench.type_into("power", "3.50")
    assert row.note.text().startswith("not sent")
    assert "0.1 – 13 mW" in row.note.text()
    assert view.header.pending.isVisible() and view.header.pending.text() == "1 not sent"
    assert bench.instrument.sets == []
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == [("power", 3.5)]
    assert row.note.text() == "0.1 – 13 mW"
    assert not view.header.pending.isVisible()
    assert row.cells.value.text() == "3.5"
    assert console.runs.recent()[0].text == "power = 3.5"


def test_escape_returns_to_what_the_instrument_says(bench: Bench):
    bench.open()
    bench.bring("power", 3.25)
    editor = bench.type_into("power", "9")
    bench.press(editor, Qt.Key.Key_Escape)
    assert editor.text() == "3.25"
    assert bench.instrument.sets == []
    assert bench.setting("power").note.text() == "0.1 – 13 mW"


@pytest.mark.parametrize("typed", ["200", "99", "0", "3,5", "abc", "5 V"])
def test_what_cannot_be_sent_stays_as_typed_is_marked_and_is_not_sent(bench: Bench, typed: str):
    bench.open()
    bench.bring("power", 3.0)
    row = bench.setting("power")
    editor = bench.type_into("power", typed)
    bench.press(editor, Qt.Key.Key_Return)
    bench.bring("power", 3.1)
    assert editor.text() == typed
    assert editor.field.invalid
    assert row.note.role == "error" and row.note.text()
    assert not row.send_button.isEnabled()
    assert bench.instrument.sets == []
    assert row.cells.value.text() == "3.1", "the true value goes on beside it"


def test_a_refused_value_stays_with_the_reason(bench: Bench):
    bench.open()
    bench.bring("power", 3.0)
    bench.instrument.refuse["power"] = BadArgument("The interlock is open.", "Traceback ...", "LaserError", "open")
    editor = bench.type_into("power", "5")
    bench.press(editor, Qt.Key.Key_Return)
    row = bench.setting("power")
    bench.bring("power", 3.0)
    assert editor.text() == "5"
    assert row.note.text() == "The interlock is open." and row.details.isVisible()
    assert row.cells.value.text() == "3"
    bench.qtbot.keyClicks(editor.field, "1")
    assert row.note.text() != "The interlock is open."


def test_a_reading_does_not_change_what_is_under_the_cursor(bench: Bench):
    bench.open()
    bench.bring("power", 3.0)
    row = bench.setting("power")
    editor = row.editor
    editor.setFocus()
    bench.bring("power", 3.7)
    assert editor.text() == "3"  # type: ignore[attr-defined]
    assert row.cells.value.text() == "3.7"
    bench.setting("wavelength").editor.setFocus()
    bench.bring("power", 3.8)
    assert editor.text() == "3.8"  # type: ignore[attr-defined]


def test_noise_in_the_tail_is_not_offered_for_editing_and_no_edit(bench: Bench):
    bench.open()
    bench.bring("power", 3.0120000004321)
    row = bench.setting("power")
    assert row.editor.text() == "3.012"  # type: ignore[attr-defined]
    editor = bench.type_into("power", "3.012")
    assert not bench.vm.consoles()[0].members["power"].pending
    assert editor.text() == "3.012"
    assert without_noise(1e-9) == 1e-9 and without_noise(5) == 5 and without_noise("x") == "x"


def test_a_switch_and_a_choice_are_armed_first_and_sent_by_the_button(bench: Bench):
    bench.open()
    bench.bring("output", 0.0)
    row = bench.setting("output")
    assert row.editor.value() is False
    row.editor.segments.setCurrent(1)  # type: ignore[attr-defined]
    assert bench.instrument.sets == [] and row.send_button.isEnabled()
    row.send_button.click()
    assert bench.instrument.sets == [("output", True)]
    assert row.cells.value.text() == "On"


def test_a_setting_starts_empty_until_the_instrument_has_spoken(bench: Bench):
    bench.open()
    for name in ("power", "output", "mode"):
        assert bench.setting(name).editor.is_empty()
        assert bench.setting(name).cells.value.text() == "–"


# -- actions -------------------------------------------------------------------------------------------------------


def test_a_form_marks_what_is_missing_and_calls_with_typed_values(bench: Bench):
    _, view = bench.open()
    form = view.forms["sweep"]
    form.head.click()
    assert form.body.isVisible()
    form.call_button.click()
    assert bench.instrument.calls[-1][0] != "sweep"
    assert form.outcome.text() == "2 fields to correct"
    assert [row.message.text() for row in form.rows][:2] == ["A number is needed, 1500 – 1630 nm."] * 2
    for row, text in zip(form.rows, ("1520", "1.58 um", "2"), strict=True):
        row.editor.field.selectAll()  # type: ignore[attr-defined]
        bench.qtbot.keyClicks(row.editor.field, text)  # type: ignore[attr-defined]
    form.call_button.click()
    assert bench.instrument.calls[-1] == ("sweep", [1520.0, 1580.0, 2], {})


def test_enter_in_a_field_calls_and_an_out_of_bounds_value_does_not(bench: Bench):
    _, view = bench.open()
    form = view.forms["sweep"]
    form.open()
    form.rows[0].editor.set_value(1520.0)
    field = form.rows[1].editor.field  # type: ignore[attr-defined]
    bench.qtbot.keyClicks(field, "1700")
    assert field.invalid and not form.call_button.isEnabled()
    assert form.rows[1].message.text() == "At most 1630 nm."
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bench.instrument.calls[-1][0] != "sweep"
    field.clear()
    bench.qtbot.keyClicks(field, "1600")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bench.instrument.calls[-1] == ("sweep", [1520.0, 1600.0, 1], {})


def test_call_keeps_its_place_and_the_time_runs_beside_it(bench: Bench):
    console, view = bench.open()
    form = view.forms["sweep"]
    form.open()
    form.rows[0].editor.set_value(1520.0)
    form.rows[1].editor.set_value(1580.0)
    QApplication.processEvents()
    before = form.call_button.geometry()
    form.call()
    run = console.runs.running()[0]
    assert not form.time.isVisible() and not form.leave.isVisible(), "a moment is not worth a word"
    run._clock -= 3.14
    view._on_tick()
    QApplication.processEvents()
    assert form.call_button.geometry() == before
    assert form.call_button.text() == "Call sweep" and form.call_button.held
    assert form.time.text().startswith("00:03.")
    assert form.leave.isVisible() and form.leave.text() == "leave it running"
    assert view.header.busy.text() == "sweep 00:03"
    form.leave.click()
    assert run.outcome == "left"
    assert form.call_button.isEnabled() and not form.call_button.held and not form.leave.isVisible()
    assert form.outcome.text() == "left running"


def test_stop_can_be_called_while_a_sweep_runs(bench: Bench):
    console, view = bench.open()
    console.call("sweep", [1520.0, 1580.0])
    halt = view.forms["halt"]
    assert halt.call_button.isEnabled() and halt.call_button.isVisible()
    halt.call_button.click()
    bench.qtbot.waitUntil(lambda: bench.urgent == [("stop", ["optics.laser"])])


def test_defaults_can_be_put_back(bench: Bench):
    _, view = bench.open()
    form = view.forms["sweep"]
    form.open()
    assert form.rows[2].value() == 1 and not form.defaults.isVisible()
    field = form.rows[2].editor.field  # type: ignore[attr-defined]
    field.selectAll()
    bench.qtbot.keyClicks(field, "7")
    assert form.defaults.isVisible()
    form.defaults.click()
    assert form.rows[2].value() == 1
    field.selectAll()
    bench.qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert form.rows[2].value() == 1, "an empty field means the default"


def test_the_window_answers_while_a_slow_call_runs(request, qtbot):
    """A real thread answers late; meanwhile timers fire and typing is taken."""
    bridge = Bridge()
    bench = Bench(qtbot, bridge=bridge)
    request.addfinalizer(bench.close)
    console, view = bench.open()
    qtbot.waitUntil(lambda: console.description is not None, timeout=3000)
    run = console.call("identify")
    release = threading.Event()

    def answer_late() -> None:
        release.wait(5)
        bench.instrument.settle("SANTEC")

    thread = threading.Thread(target=answer_late)
    thread.start()
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(5)
    qtbot.waitUntil(lambda: len(ticks) > 20, timeout=3000)
    bench.type_into("power", "3.5")
    assert console.runs.running() == [run]
    release.set()
    with qtbot.waitSignal(console.runFinished, timeout=3000, check_params_cb=lambda ended: ended is run):
        pass
    thread.join(3)
    timer.stop()
    assert view.result.scalar.text() == "SANTEC"


def test_an_error_is_a_sentence_with_details(bench: Bench):
    _, view = bench.open()
    form = view.forms["identify"]
    form.call_button.click()
    failure = RemoteFailure("LaserError: no answer on COM4.", "Traceback: line 3", "LaserError", "")
    bench.instrument.settle(error=failure)
    assert view.result.isVisible()
    assert view.result.banner.title == "LaserError: no answer on COM4."
    assert form.outcome.text() == "LaserError: no answer on COM4." and form.outcome.role == "error"
    assert not view.result.copy.isVisible()


def test_a_list_of_200_is_a_curve_and_does_not_fill_the_window(bench: Bench):
    _, view = bench.open()
    view.forms["identify"].call_button.click()
    bench.instrument.settle([float(n) for n in range(200)])
    QApplication.processEvents()
    assert view.result.pages.currentWidget() is view.result.plot
    assert view.result.plot.point_count() == 200
    assert view.result.height() < 500
    assert bench.tab.minimumSizeHint().height() < 650
    view.result.mode.setCurrent(1)
    assert view.result.points.model().rowCount() == 200


def test_a_million_points_are_drawn_thinned(bench: Bench):
    _, view = bench.open()
    view.forms["identify"].call_button.click()
    values = np.sin(np.arange(1_000_000) / 5e3)
    values[333_333] = 7.0
    bench.instrument.settle(values)
    plot = view.result.plot
    assert plot.point_count() < 5 * plot.plot.width()
    assert np.nanmax(plot.item.getData()[1]) == 7.0


def test_two_rows_are_x_and_y(bench: Bench):
    _, view = bench.open()
    view.forms["identify"].call_button.click()
    bench.instrument.settle(np.array([[1.0, 2.0, 4.0], [5.0, 6.0, 7.0]]))
    x, y = view.result.plot.item.getData()
    assert x.tolist() == [1, 2, 4] and y.tolist() == [5, 6, 7]


def test_a_dict_is_a_tree(bench: Bench):
    _, view = bench.open()
    view.forms["identify"].call_button.click()
    bench.instrument.settle({"gain": 2.5, "limits": [1, 2], "nested": {"a": None}})
    tree = view.result.tree
    assert view.result.pages.currentWidget() is tree
    model = tree.model()
    assert [model.index(row, 0).data() for row in range(3)] == ["gain", "limits", "nested"]
    assert model.index(0, 1).data() == "2.5"
    assert model.index(0, 1, model.index(2, 0)).data() == "none"


RESULTS: list[object] = [
    None,
    True,
    5,
    1e-9,
    1 + 2j,
    "text",
    "a\nb",
    b"\x00\x01",
    b"x" * 100,
    [],
    [1],
    {},
    set(),
    np.zeros(()),
]


@pytest.mark.parametrize("result", RESULTS)
def test_any_result_can_be_shown(bench: Bench, result: object):
    _, view = bench.open()
    view.forms["identify"].call_button.click()
    bench.instrument.settle(result)
    assert view.result.isVisible() == (result is not None), "nothing returned needs no place"
    assert view.result.copy.isVisible() == (result is not None)


def test_copy_gives_a_literal(bench: Bench):
    _, view = bench.open()
    view.forms["identify"].call_button.click()
    bench.instrument.settle({"gain": 2.5})
    view.result.copy.click()
    assert QApplication.clipboard().text() == "{'gain': 2.5}"


def test_results_are_saved_in_the_background(bench: Bench, tmp_path, qtbot):
    console, view = bench.open()
    view.forms["identify"].call_button.click()
    bench.instrument.settle([1.0, 2.5, 1e-9])
    run = console.runs.recent()[0]
    for name in ("r.csv", "r.npy", "r.json"):
        view.result.saveChosen.emit(run, str(tmp_path / name))
    qtbot.waitUntil(lambda: len(bench.notices.said) == 3, timeout=5000)
    assert (tmp_path / "r.csv").read_text() == "point,y\n0,1.0\n1,2.5\n2,1e-09\n"
    assert np.load(tmp_path / "r.npy").tolist() == [1.0, 2.5, 1e-9]
    view.result.saveChosen.emit(run, str(tmp_path / "missing" / "r.csv"))
    qtbot.waitUntil(lambda: len(bench.notices.said) == 4, timeout=5000)
    assert "cannot be written" in bench.notices.said[-1]


# -- history, lock, health -----------------------------------------------------------------------------------------


def test_the_history_lists_calls_and_values_newest_first_and_shows_them_again(bench: Bench):
    console, view = bench.open()
    console.write("power", 5.0)
    view.forms["identify"].call_button.click()
    bench.instrument.settle("SANTEC")
    console.call("halt")
    model = view.history.model()
    lines = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert ["halt() running" in lines[0], "identify() SANTEC" in lines[1], "power = 5" in lines[2]] == [True] * 3
    view.history.setCurrentIndex(model.index(1, 0))
    assert view.result.scalar.text() == "SANTEC"
    assert isinstance(view.history.itemDelegate(), HistoryDelegate)
    view.grab()


def test_lock_and_unlock_from_the_header(bench: Bench):
    _, view = bench.open()
    header = view.header
    assert header.lock.text() == "Lock" and not header.lock_chip.isVisible()
    header.lock.click()
    assert header.lock_chip.text() == "Locked by you" and header.lock.text() == "Unlock"
    header.lock.click()
    assert not header.lock_chip.isVisible()


def test_a_lost_instrument_is_said_everywhere_at_once_and_comes_back(bench: Bench):
    console, view = bench.open()
    bench.bring("temperature", 24.8)
    bench.bring("power", 3.0)
    bench.controls[0].on_state(ProcessLink.UNREACHABLE, "its process has ended")
    assert view.banner.isVisible() and "cannot be reached" in view.banner.title
    assert view.header.state.state == "lost"
    assert bench.reading("temperature").cells.value.stale
    assert not bench.setting("power").editor.isEnabled()
    assert not view.forms["identify"].call_button.isEnabled()
    remedies: list[tuple[str, str]] = []
    bench.tab.remedyRequested.connect(lambda name, remedy: remedies.append((name, remedy)))
    view.remedyClicked.emit("Start its daemon")
    assert remedies == [("optics.laser", "Start its daemon")]
    bench.controls[0].on_state(ProcessLink.LIVE, "")
    assert not view.banner.isVisible()
    assert bench.setting("power").editor.isEnabled()
    assert console.description is not None


def test_a_console_that_cannot_be_asked_offers_to_try_again(bench: Bench):
    bench.vm.set_entries([])
    bench.description = Unreachable("laser cannot be reached: nobody listens.")  # type: ignore[assignment]
    console = bench.vm.open("PYRO:laser@127.0.0.1:1", "laser")
    view = bench.tab.view_of(console)
    assert view is not None
    assert not view.rows
    bench.instruments["laser"].description = replace(bench_laser())
    view.header.refresh.click()
    assert "power" in view.rows


def bench_laser() -> ServiceDescription:
    from tests.unit.viewmodels.console_fakes import laser

    return laser()


def test_a_changed_description_rebuilds_the_console(bench: Bench):
    console, view = bench.open()
    bench.instrument.description = replace(bench_laser(), members=(prop("only", FLOAT),))
    console.start()
    assert list(view.rows) == ["only"]


# -- any description -----------------------------------------------------------------------------------------------


def test_every_kind_of_type_builds_a_console(request, qtbot):
    some = {kind: type_ for kind, (type_, _) in EVERY_KIND.items() if kind != "none"}
    properties = [prop(f"p_{kind}", type_, writable=True, doc="Doc.") for kind, type_ in some.items()]
    parameters = [ParameterDescription(f"a_{kind}", type_, doc="Doc.") for kind, type_ in some.items()]
    optional = [ParameterDescription(f"d_{kind}", type_, default=value) for kind, (type_, value) in EVERY_KIND.items()]
    members: list[MemberDescription] = [
        *properties,
        prop("lonely", TypeDescription("any")),
        replace(prop("sink", FLOAT, writable=True), readable=False),
        method("all_of_them", *parameters, *optional, returns=TypeDescription("any")),
        method(
            "stars",
            ParameterDescription("args", FLOAT, "var-positional"),
            ParameterDescription("kwargs", FLOAT, "var-keyword"),
        ),
        method("named", ParameterDescription("speed", FLOAT, "keyword", default=1.0)),
    ]
    bench = make_bench(request, qtbot, ServiceDescription("zoo", "Zoo", instance_mode="single", members=tuple(members)))
    _, view = bench.open()
    assert len(view.rows) == len(properties) + 2
    form = view.forms["all_of_them"]
    form.open()
    for row in form.rows:
        kind = row.parameter.name[2:]
        if row.parameter.required:
            row.editor.set_value(EVERY_KIND[kind][1])
    form.call_button.click()
    name, args, _ = bench.instrument.calls[-1]
    assert name == "all_of_them"
    assert args == [value for kind, (_, value) in EVERY_KIND.items() if kind != "none"] + [
        value for _, value in EVERY_KIND.values()
    ]
    for kind, (_, value) in EVERY_KIND.items():
        if kind not in ("none", "list", "tuple", "array", "dict", "any", "union", "bytes"):
            bench.feed.bring(f"p_{kind}", [value], [time.time()])
    view.grab()


def test_star_arguments_and_keywords_are_a_free_line(request, qtbot):
    star = method(
        "stars",
        ParameterDescription("first", FLOAT),
        ParameterDescription("args", FLOAT, "var-positional"),
        ParameterDescription("kwargs", FLOAT, "var-keyword"),
    )
    named = method("named", ParameterDescription("speed", FLOAT, "keyword", default=1.0))
    bench = make_bench(request, qtbot, ServiceDescription("s", "S", instance_mode="single", members=(star, named)))
    _, view = bench.open()
    form = view.forms["stars"]
    form.open()
    form.rows[0].editor.set_value(1.5)
    assert form.line is not None
    bench.qtbot.keyClicks(form.line.field, "2, x=[3")
    assert not form.call_button.isEnabled()
    bench.qtbot.keyClicks(form.line.field, "]")
    form.call_button.click()
    assert bench.instrument.calls[-1] == ("stars", [1.5, 2], {"x": [3]})
    view.forms["named"].open()
    view.forms["named"].call_button.click()
    assert bench.instrument.calls[-1] == ("named", [], {})
    view.forms["named"].rows[0].editor.set_value(3.0)
    bench.instrument.settle()
    bench.instrument.settle()
    view.forms["named"].call_button.click()
    assert bench.instrument.calls[-1] == ("named", [], {"speed": 3.0})


def test_a_default_without_a_plain_form_is_left_to_the_driver(request, qtbot):
    config = ParameterDescription("config", TypeDescription("list", items=(FLOAT,)), default=None)
    speed = ParameterDescription("speed", FLOAT, default=2.0)
    bench = make_bench(request, qtbot, ServiceDescription("x", "X", members=(method("go", config, speed),)))
    _, view = bench.open()
    view.forms["go"].open()
    view.forms["go"].call_button.click()
    assert bench.instrument.calls[-1] == ("go", [], {"speed": 2.0}), "none would stand in the default's place"


def test_what_is_typed_outlives_a_new_description(bench: Bench):
    console, _ = bench.open()
    bench.type_into("power", "3.5")
    bench.type_into("wavelength", "99999")
    old = bench.setting("power")
    bench.instrument.description = replace(laser(), note="Mind the fibre.")
    console._describe()  # as after its daemon was started again
    assert bench.setting("power") is not old
    for name, text in (("power", "3.5"), ("wavelength", "99999")):
        editor = bench.setting(name).editor
        assert isinstance(editor, TextEditor) and editor.text() == text
        assert console.members[name].pending


def test_a_service_of_which_only_names_are_known_gets_a_free_line(request, qtbot):
    description = ServiceDescription(
        "old",
        "",
        members=(
            prop("x", TypeDescription("any"), writable=True),
            method("go"),
            method("idn", returns=TypeDescription("any")),
        ),
        described=False,
    )
    bench = make_bench(request, qtbot, description)
    _, view = bench.open()
    form = view.forms["go"]
    form.open()
    assert form.line is not None
    bench.qtbot.keyClicks(form.line.field, "10.5, slow, repeats=2")
    form.call_button.click()
    assert bench.instrument.calls[-1] == ("go", [10.5, "slow"], {"repeats": 2})
    row = bench.setting("x")
    assert bench.instrument.gets == [] and row.read.isVisible()
    bench.instrument.values["x"] = 7
    row.read.click()
    assert row.cells.value.text() == "7" and row.plot.isVisible()
    QApplication.processEvents()
    assert row.plot.mapTo(view, row.plot.rect().bottomRight()).x() < view.forms["go"].mapTo(view, QPoint(0, 0)).x()
    row.plot.button.click()
    bench.feed.bring("x", [8.5], [time.time()])
    assert row.cells.value.text() == "8.5", "what is plotted is read anyway, so it is shown too"
    assert len(bench.feed.open_members()) == 2
    bench.vm.plot.clear()
    assert bench.feed.open_members() == []


def test_docstrings_are_at_hand(bench: Bench):
    _, view = bench.open()
    assert bench.setting("power").cells.label.toolTip() == "Output power."
    form = view.forms["sweep"]
    form.open()
    assert form.rows[0].message.text() == "Where it begins."
    assert "Scan the wavelength" in form.head.toolTip()


def test_choices_travel_as_their_values(request, qtbot):
    color = TypeDescription("enum", choices=(Choice("Red", "r"), Choice("Green", "g")))
    paint = method("paint", ParameterDescription("color", color))
    bench = make_bench(request, qtbot, ServiceDescription("p", "P", instance_mode="single", members=(paint,)))
    _, view = bench.open()
    form = view.forms["paint"]
    form.open()
    form.call_button.click()
    assert form.rows[0].message.text() == "Choose one."
    form.rows[0].editor._segments.setCurrent(1)  # type: ignore[attr-defined]
    form.call_button.click()
    assert bench.instrument.calls[-1] == ("paint", ["g"], {})


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_painter_in_both_themes(bench: Bench, mode: str, qapp):
    apply_theme(qapp, mode)  # type: ignore[arg-type]
    console, view = bench.open()
    bench.bring("temperature", 24.8, 24.9)
    console.write("power", 2.0)
    view.forms["sweep"].open()
    console.take_lock()
    for link in ProcessLink:
        bench.controls[0].on_state(link, "why")
        assert not bench.tab.grab().isNull()
    apply_theme(qapp, "light")


def test_a_lab_that_is_stopped_can_be_started_where_its_instruments_would_be(bench: Bench, qtbot: QtBot):
    bench.vm.set_entries([])
    bench.tab.offer_start(True)
    shown = bench.tab.stack.currentWidget()
    start = shown.findChild(QAbstractButton, "consoles-start-all") if shown is not None else None
    assert start is not None
    with qtbot.waitSignal(bench.tab.startRequested):
        start.click()
    bench.tab.offer_start(False)
    assert bench.tab.stack.currentWidget() is bench.tab._no_instruments


def test_the_list_is_grouped_filtered_and_walked_with_keys(bench: Bench):
    bench.vm.set_entries([])
    assert bench.tab.stack.currentWidget() is bench.tab._no_instruments
    bench.open()
    listed = bench.tab.list.instruments
    lines = [listed.index(row).data() for row in range(listed.rowCount())]
    assert lines == ["fit", "optics", "optics.laser", "optics.meter"]
    assert bench.tab.filter.placeholderText() == "Filter 3 instruments"
    assert bench.tab.list.currentIndex().data() == "optics.laser"
    bench.tab.list.setFocus()
    bench.qtbot.keyClick(bench.tab.list, Qt.Key.Key_Down)
    bench.qtbot.keyClick(bench.tab.list, Qt.Key.Key_Return)
    assert bench.vm.current is not None and bench.vm.current.name == "optics.meter"
    bench.qtbot.keyClick(bench.tab.list, Qt.Key.Key_Up)
    bench.qtbot.keyClick(bench.tab.list, Qt.Key.Key_Up)
    assert bench.tab.list.currentIndex().data() == "fit", "heads are stepped over"
    bench.qtbot.keyClicks(bench.tab.filter, "mET ops")
    assert listed.rowCount() == 0
    bench.tab.filter.clear()
    bench.qtbot.keyClicks(bench.tab.filter, "mET op")
    assert [listed.index(row).data() for row in range(listed.rowCount())] == ["optics", "optics.meter"]
    assert listed.index(1).data(RowRole).short == "meter"
    bench.tab.filter.clear()
    bench.qtbot.keyClicks(bench.tab.filter, "zzz")
    assert bench.tab._nothing.text() == "No instrument fits this filter."


def test_an_alarm_stands_beside_the_health_in_the_list(bench: Bench):
    bench.open()
    listed = bench.tab.list.instruments
    quiet = bench.tab.list.grab().toImage()
    bench.vm.set_alarms({"optics.meter": ("alarm", "power is 5 mW, alarm at or above 4 mW")})
    bench.qtbot.keyClicks(bench.tab.filter, "alarm")
    assert [listed.index(row).data() for row in range(listed.rowCount())] == ["optics", "optics.meter"]
    bench.tab.filter.clear()
    index = listed.find("optics.meter")
    assert "alarm at or above 4 mW" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith(", alarm")
    assert bench.tab.list.grab().toImage() != quiet
    bench.vm.set_alarms({})
    assert not listed.find("optics.meter").data(RowRole).alarm[0]


def test_closing_a_console_goes_back_to_the_choice(bench: Bench):
    console, view = bench.open()
    view.header.close_button.click()
    assert bench.tab.view_of(console) is None
    assert bench.tab.stack.currentWidget() is bench.tab._none_open
    assert bench.instrument.closed


def test_nothing_that_a_key_reaches_is_without_a_name(request, qtbot):
    some = {kind: type_ for kind, (type_, _) in EVERY_KIND.items() if kind != "none"}
    properties = [prop(f"p_{kind}", type_, writable=True) for kind, type_ in some.items()]
    parameters = [ParameterDescription(f"a_{kind}", type_) for kind, type_ in some.items()]
    members = (*properties, method("go", *parameters), method("halt", role="stop"))
    bench = make_bench(request, qtbot, ServiceDescription("zoo", "Zoo", instance_mode="single", members=members))
    _, view = bench.open()
    view.forms["go"].open()
    view.header.open_search()
    unnamed = []
    for widget in bench.tab.findChildren(QWidget):
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus.value and widget.focusProxy() is None
        if reached and widget.isVisible():
            spoken = QAccessible.queryAccessibleInterface(widget)
            if spoken is None or not spoken.text(QAccessible.Text.Name):
                unnamed.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert unnamed == []


def test_an_instrument_out_of_service_is_listed_with_the_reason_and_not_opened(bench: Bench):
    bench.open()
    bench.vm.set_out_of_service({"optics.old": "The pump laser is broken; Ann orders a new one."})
    listed = bench.tab.list.instruments
    index = listed.find("optics.old")
    assert "pump laser is broken" in index.data(Qt.ItemDataRole.ToolTipRole)
    bench.tab.list.instrumentChosen.emit("optics.old")
    assert isinstance(bench.tab.stack.currentWidget(), EmptyState) and bench.vm.current is None
    assert "optics.old" not in bench.vm.scopes()[-1][1], "nothing of it is saved or called"
    bench.tab.grab()
    bench.vm.open_known("optics.laser")
    assert bench.tab.stack.currentWidget() is bench.tab.view_of(bench.vm.consoles()[0])


def test_a_ramp_of_a_driver_without_a_stop_is_stopped_in_its_steps(qtbot: QtBot):
    power = TypeDescription("float", unit="mW", ge=0.0, le=20.0, rate=1.0, ramp=True)
    sweep = method("sweep", ParameterDescription("start", power))
    plain = replace(laser(), members=(prop("power", power, writable=True), prop("serial"), sweep))
    bench = Bench(qtbot, plain)
    console, _ = bench.open()
    row = bench.setting("power")
    bench.instrument.slow.add("power")
    row.editor.set_value(12.0)
    row._on_editor_changed()
    assert console.pending_count() == 1 and not row.halt.isVisible()
    row.send()
    assert console.pending_count() == 0, "it is on its way"
    console.runs.note_progress("power", "ann@bench", 0.25)
    row.show_age()
    assert row.note.text() == "on its way · 25 %" and row.halt.isVisible()
    row.halt.click()
    assert [role for role, _ in bench.urgent] == ["stop"]
    bench.instrument.settle(error=RemoteFailure("stopped at 6 mW"))
    assert not row.halt.isVisible() and row.note.text() == "stopped at 6 mW"
