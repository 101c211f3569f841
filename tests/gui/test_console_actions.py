"""Acting in a console: focus and places keep still, what stops is at hand, the history can be repeated and copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from pyrolab_gui.network.safe_state import Outcome
from pyrolab_gui.ui.console.outcome_pane import HISTORY, RESULT
from pyrolab_gui.viewmodels.console_memory import ConsoleMemory
from pyrolab_gui.viewmodels.settings import Settings
from pyrolab_gui.wire.description import ParameterDescription, ServiceDescription, TypeDescription
from pyrolab_gui.wire.errors import Locked
from pyrolab_gui.wire.health import Links, ProcessLink
from pyrolab_gui.wire.urgent import UrgentOutcome
from tests.gui.console_bench import Bench
from tests.unit.viewmodels.console_fakes import FLOAT, method, prop


@pytest.fixture
def bench(qtbot):
    bench = Bench(qtbot)
    yield bench
    bench.close()


def filled_sweep(bench: Bench):
    _, view = bench.open()
    form = view.forms["sweep"]
    form.open()
    form.rows[0].editor.set_value(1520.0)
    form.rows[1].editor.set_value(1580.0)
    form.show_run()
    QApplication.processEvents()
    return view, form


def press(bench: Bench, button) -> None:
    bench.tab.activateWindow()
    bench.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


# -- focus ---------------------------------------------------------------------------------------------------------


def test_the_focus_stays_on_the_action_that_was_called(bench: Bench):
    view, form = filled_sweep(bench)
    press(bench, form.call_button)
    assert form.call_button.hasFocus() and form.call_button.held
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        bench.qtbot.keyClick(QApplication.focusWidget(), key)
    bench.qtbot.mouseClick(form.call_button, Qt.MouseButton.LeftButton)
    assert [name for name, _, _ in bench.instrument.calls].count("sweep") == 1
    assert not {"identify", "halt"} & {name for name, _, _ in bench.instrument.calls}
    view.grab()
    bench.instrument.settle([1.0, 2.0, 3.0])
    assert form.call_button.hasFocus() and not form.call_button.held


def test_leaving_a_call_running_keeps_the_focus_with_it(bench: Bench):
    view, form = filled_sweep(bench)
    press(bench, form.call_button)
    view.console.runs.running()[0]._clock -= 1
    form.show_time()
    form.leave.setFocus()
    bench.qtbot.keyClick(form.leave, Qt.Key.Key_Space)
    assert form.call_button.hasFocus()


def test_a_lost_instrument_does_not_hand_the_focus_on(bench: Bench):
    view, form = filled_sweep(bench)
    form.call_button.setFocus()
    bench.controls[0].on_state(ProcessLink.UNREACHABLE, "gone")
    assert form.call_button.hasFocus() and form.call_button.held
    bench.qtbot.keyClick(form.call_button, Qt.Key.Key_Space)
    assert not [name for name, _, _ in bench.instrument.calls if name in view.forms]


def test_after_send_by_the_button_the_focus_stays_there(bench: Bench):
    bench.open()
    bench.bring("power", 3.0)
    bench.type_into("power", "5")
    row = bench.setting("power")
    press(bench, row.send_button)
    assert bench.instrument.sets == [("power", 5.0)]
    assert row.send_button.hasFocus() and row.send_button.held
    bench.qtbot.keyClick(row.send_button, Qt.Key.Key_Space)
    assert len(bench.instrument.sets) == 1


def test_what_was_typed_with_a_unit_is_written_plainly_once_it_is_taken(bench: Bench):
    bench.open()
    bench.bring("power", 3.0)
    editor = bench.type_into("power", "5000 µW")
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == [("power", 5.0)]
    assert editor.text() == "5" and QApplication.focusWidget() is editor.field


def test_a_hand_that_types_on_is_not_disturbed_by_the_answer(bench: Bench):
    console, _ = bench.open()
    bench.bring("power", 3.0)
    editor = bench.type_into("power", "5")
    row = bench.setting("power")
    row._sent = 4.0
    row.written()
    assert editor.text() == "5" and console.pending_count() == 1


# -- places --------------------------------------------------------------------------------------------------------


def test_a_result_pushes_nothing_away(bench: Bench):
    view, form = filled_sweep(bench)
    assert view.outcome.isVisible(), "its place is there before there is a result"
    where = form.call_button.mapTo(view, QPoint(0, 0))
    sizes = view.action_panel.size()
    press(bench, form.call_button)
    bench.instrument.settle([1.0, 2.0, 3.0])
    QApplication.processEvents()
    assert form.call_button.mapTo(view, QPoint(0, 0)) == where and view.action_panel.size() == sizes
    assert view.outcome.switch.current() == RESULT and view.result.isVisible()
    view.outcome.switch.setCurrent(HISTORY)
    assert view.history.isVisible() and not view.result.isVisible()


def test_what_returns_nothing_leaves_the_history_in_sight(bench: Bench):
    _, view = bench.open()
    press(bench, view.forms["halt"].call_button)
    bench.qtbot.waitUntil(lambda: bool(bench.urgent))
    bench.tell_outcome[0](Outcome("optics.laser", UrgentOutcome("laser", "stop", "done", "halt")))
    assert view.outcome.switch.current() == HISTORY


def test_a_form_that_is_opened_comes_into_sight(bench: Bench, qtbot):
    bench.tab.resize(1280, 420)
    view, form = filled_sweep(bench)
    area = view.action_panel.area
    qtbot.waitUntil(
        lambda: area.viewport().rect().contains(form.head.mapTo(area.viewport(), form.head.rect().center()))
    )
    form.call_button.setFocus()
    bench.tab.resize(1280, 380)
    qtbot.waitUntil(
        lambda: area.viewport().rect().contains(form.call_button.mapTo(area.viewport(), QPoint(10, 10))), timeout=2000
    )


def test_the_share_of_the_actions_is_remembered_for_all_consoles_and_the_next_window(bench: Bench, tmp_path, qtbot):
    bench.vm.memory = ConsoleMemory(Settings(tmp_path / "consoles.json"))
    _, first = bench.open()
    split = first.outcome.parentWidget()
    split.moveSplitter(150, 1)  # type: ignore[union-attr]
    low = first.action_panel.height()
    _, second = bench.open("optics.meter")
    QApplication.processEvents()
    assert abs(second.action_panel.height() - low) <= 2
    bench.vm.aclose()
    kept = Settings(tmp_path / "consoles.json").get("console_actions", 0)
    assert 0 < kept < 450


# -- stop ----------------------------------------------------------------------------------------------------------


def test_stop_has_a_place_of_its_own_and_stays_at_hand_during_a_call(bench: Bench):
    view, form = filled_sweep(bench)
    halt = view.forms["halt"]
    assert not view.action_panel.area.isAncestorOf(halt), "it does not scroll away"
    assert halt.call_button.text() == "Halt" and halt.call_button.accessibleName() == "Call halt"
    press(bench, form.call_button)
    assert halt.call_button.isEnabled() and not halt.call_button.held


def test_a_stop_that_needs_a_value_is_a_form_among_the_others(request, qtbot):
    needs = method("stop", ParameterDescription("axis", FLOAT), role="stop")
    bench = Bench(qtbot, ServiceDescription("s", "Stage", members=(needs, method("park", role="safe-state"))))
    request.addfinalizer(bench.close)
    _, view = bench.open()
    assert view.action_panel.area.isAncestorOf(view.forms["stop"])
    assert not view.action_panel.area.isAncestorOf(view.forms["park"])


def test_stop_and_safe_state_stay_at_hand_while_the_daemon_does_not_reply(bench: Bench):
    console, view = bench.open()
    halt, identify = view.forms["halt"], view.forms["identify"]
    console.set_links(Links(ProcessLink.NO_REPLY))
    assert not identify.call_button.isEnabled() and halt.call_button.isEnabled()
    assert halt.outcome.text() == "restarts its daemon"
    press(bench, halt.call_button)
    bench.qtbot.waitUntil(lambda: bench.urgent == [("stop", ["optics.laser"])])
    console.set_links(Links(ProcessLink.UNREACHABLE))
    assert not halt.call_button.isEnabled() or halt.call_button.held, "nobody is there to be asked"


# -- somebody else -------------------------------------------------------------------------------------------------


def test_what_would_fail_while_somebody_else_keeps_it_is_held_but_not_stop(bench: Bench):
    console, view = bench.open()
    bench.bring("power", 3.0)
    editor = bench.type_into("power", "5")
    console.lock.listed("ben@pc3", 0.0, "ann@bench")
    console.lockChanged.emit()
    assert console.blocked == "in use by ben@pc3" and view.header.lock_chip.text() == "In use by ben@pc3"
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == [] and editor.text() == "5"
    row = bench.setting("power")
    assert row.note.text() == "cannot be sent: in use by ben@pc3"
    identify = view.forms["identify"]
    identify.call()
    assert not [each for each in bench.instrument.calls if each[0] == "identify"]
    assert identify.outcome.text() == "in use by ben@pc3"
    assert view.forms["halt"].call_button.isEnabled() and not view.forms["halt"].call_button.held
    assert not bench.reading("serial").read.isEnabled()
    console.lock.listed("", 0.0, "ann@bench")
    console.lockChanged.emit()
    assert identify.call_button.isEnabled() and not identify.call_button.held
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == [("power", 5.0)]


def test_a_refusal_by_a_lock_asks_who_has_it(bench: Bench):
    console, _ = bench.open()
    bench.instrument.answers["islocked"] = True
    bench.instrument.refuse["identify"] = Locked("optics.laser is locked by ben@pc3.")
    console.call("identify")
    assert console.blocked == "in use by somebody else"


# -- history -------------------------------------------------------------------------------------------------------


def test_a_line_of_the_history_can_be_repeated_and_copied(bench: Bench):
    console, view = bench.open()
    instrument = bench.instrument  # what is read meanwhile goes by another connection
    bench.vm.set_entries(list(bench.vm._entries.values()), "localhost:9090")
    console.call("sweep", [1520.0, 1580.0], {"repeats": 2})
    instrument.settle(None)
    console.write("power", 5.0)
    view.outcome.switch.setCurrent(HISTORY)
    model = view.history.model()
    view.history.setCurrentIndex(model.index(1, 0))
    assert view.outcome.repeat.isVisible() and view.outcome.code.isVisible()
    view.outcome.repeat.click()
    assert instrument.calls[-1] == ("sweep", [1520.0, 1580.0], {"repeats": 2})
    view.history.setCurrentIndex(model.index(2, 0))
    view.outcome.code.click()
    assert "from pyrolab_gui import Lab" in QApplication.clipboard().text()
    assert "laser.sweep(1520.0, 1580.0, repeats=2)" in QApplication.clipboard().text()
    menu = view.history.menu(console.runs.own()[1])
    assert menu is not None
    assert [each.text() for each in menu.actions()] == [
        "Repeat with the same arguments",
        "Copy as Python",
        "Copy as Python, Pyro5 alone",
    ]
    menu.actions()[2].trigger()
    assert "laser.power = 5.0" in QApplication.clipboard().text()
    assert "import Pyro5.api" in QApplication.clipboard().text()
    menu.actions()[0].trigger()
    assert instrument.sets == [("power", 5.0), ("power", 5.0)]
    menu.deleteLater()


def test_a_double_click_shows_the_result_again(bench: Bench):
    _, view = bench.open()
    view.forms["identify"].call_button.click()
    bench.instrument.settle("SANTEC")
    view.outcome.switch.setCurrent(HISTORY)
    view.history.activated.emit(view.history.model().index(0, 0))
    assert view.outcome.switch.current() == RESULT and view.result.scalar.text() == "SANTEC"


# -- words ---------------------------------------------------------------------------------------------------------


def test_labels_are_whole_and_say_units_and_abbreviations(request, qtbot):
    description = ServiceDescription(
        "m",
        "Meter",
        members=(
            prop("power_dbm", TypeDescription("float", unit="dBm"), doc="Power in ``dBm``."),
            prop("modulation_frequency_offset", FLOAT, writable=True),
            method("get_idn", returns=TypeDescription("str"), doc="Ask ``*IDN?``, see `get`.", role="read"),
        ),
    )
    bench = Bench(qtbot, description)
    request.addfinalizer(bench.close)
    _, view = bench.open()
    cells = bench.reading("power_dbm").cells
    assert cells.label.text() == "Power (dBm)" and cells.label.toolTip() == "Power in dBm."
    label = bench.setting("modulation_frequency_offset").cells.label
    assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), "wide enough for the longest"
    assert cells.label.width() == label.width(), "values stand below each other"
    assert view.forms["get_idn"].head.text() == "Get IDN"
    assert view.forms["get_idn"].head.accessibleDescription() == "Ask *IDN?, see get"


def test_what_is_no_number_is_told_apart_from_a_switch_and_kept_in_its_line(request, qtbot):
    description = ServiceDescription(
        "s",
        "Stage",
        members=(
            prop("moving", TypeDescription("bool")),
            prop("report", TypeDescription("str")),
            prop("when", TypeDescription("datetime")),
            prop("output", TypeDescription("bool"), writable=True),
        ),
    )
    bench = Bench(qtbot, description)
    request.addfinalizer(bench.close)
    console, _ = bench.open()
    bench.bring("moving", False)
    bench.bring("output", False)
    bench.bring("report", "first line\nsecond\nthird")
    assert bench.reading("moving").cells.value.text() == "No"
    assert bench.setting("output").cells.value.text() == "Off"
    report = bench.reading("report").cells.value
    assert report.text() == "first line …" and "third" in report.toolTip()
    assert "when" not in bench.feed.open_members(), "a daemon's readings carry no times"
    assert "when" in bench.instrument.gets and bench.reading("when").read.isVisible()
    assert not console.is_watched(console.members["when"].member)


# -- typing --------------------------------------------------------------------------------------------------------


def foreign_bench(request, qtbot) -> Bench:
    description = ServiceDescription(
        "f",
        "",
        members=(prop("value", TypeDescription("any"), writable=True),),
        described=False,
    )
    bench = Bench(qtbot, description)
    request.addfinalizer(bench.close)
    return bench


def test_a_slip_does_not_turn_a_number_of_a_foreign_server_into_a_text(request, qtbot):
    bench = foreign_bench(request, qtbot)
    console, _ = bench.open()
    bench.instrument.values["value"] = 1.5
    console.read("value")
    editor = bench.type_into("value", "1.52.5")
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == [] and "not a number" in bench.setting("value").note.text()
    editor.field.selectAll()
    qtbot.keyClicks(editor.field, "'text'")
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == [("value", "text")], "in quotes it is meant"


def test_a_click_into_a_number_chooses_it_whole_and_a_second_one_does_not(bench: Bench, qtbot):
    bench.open()
    bench.bring("power", 3.25)
    field = bench.setting("power").editor.field  # type: ignore[attr-defined]
    bench.tab.activateWindow()
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: field.selectedText() == "3.25")
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert field.selectedText() == ""


def test_tab_goes_from_the_list_through_the_console_to_the_plot(bench: Bench, qtbot):
    _, view = bench.open()
    bench.bring("power", 3.0)
    bench.tab.activateWindow()
    bench.tab.list.setFocus()
    seen = []
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
        if focus is bench.tab.plot.fold:
            break
    assert bench.tab.plot.fold in seen
    assert all(view.isAncestorOf(each) for each in seen[:-1]), "nothing of the frame stands between"
    assert view.header.lock in seen and view.forms["halt"].call_button in seen
    qtbot.keyClick(bench.tab.plot.fold, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    back = QApplication.focusWidget()
    assert back is not None and view.isAncestorOf(back)


# -- the plot's place ----------------------------------------------------------------------------------------------


def test_a_folded_plot_gives_its_place_back(bench: Bench):
    _, view = bench.open()
    before = view.height()
    view.rows["temperature"].plot.button.click()
    QApplication.processEvents()
    assert view.height() < before
    bench.tab.plot.fold.click()
    QApplication.processEvents()
    assert view.height() == before and bench.tab.plot.height() < 50


def test_in_a_low_window_the_plot_takes_a_third_at_most(bench: Bench):
    bench.tab.resize(1044, 556)
    _, view = bench.open()
    view.rows["temperature"].plot.button.click()
    QApplication.processEvents()
    assert bench.tab.plot.height() <= 556 * 0.34


# -- left running --------------------------------------------------------------------------------------------------


def test_a_call_that_was_left_is_shown_as_long_as_it_runs_there(bench: Bench):
    console, view = bench.open()
    run = console.call("sweep", [1520.0, 1580.0])
    run._clock -= 2
    console.leave_running(run)
    run.listed = run.runs_there = True
    console.runsChanged.emit()
    assert "left running" in view.header.busy.text() and view.header.busy.isVisible()
    assert "sweep" in [row.running for row in bench.vm.rows()]
    run.runs_there, run.duration = False, 12.5
    console.runsChanged.emit()
    assert not view.header.busy.isVisible()
    assert "ended after 12.5 s" in view.history.model().index(0, 0).data()


# -- asked before, and only looking --------------------------------------------------------------------------------


def confirm_bench(request, qtbot, **more) -> Bench:
    description = ServiceDescription(
        "f",
        "Furnace",
        members=(
            prop("setpoint", FLOAT, writable=True, confirm=True),
            method("ignite", confirm=True),
            method("measure", role="read"),
        ),
        instance_mode="single",
        note="Ask Ann before you heat above 400 °C.",
    )
    bench = Bench(qtbot, description, **more)
    request.addfinalizer(bench.close)
    return bench


def test_what_the_lab_wants_asked_takes_two_presses_and_a_double_click_is_one(request, qtbot):
    bench = confirm_bench(request, qtbot)
    _, view = bench.open()
    assert view.note.isVisible() and "Ask Ann" in view.note.text()
    form = view.forms["ignite"]
    where = form.call_button.width()
    form.call_button.click()
    assert form.call_button.text() == "Press again" and form.call_button.width() == where
    form.call_button.click()
    assert "ignite" not in [name for name, _, _ in bench.instrument.calls], "within a blink it is the same press"
    form.call_button._since -= 1
    form.call_button.click()
    assert bench.instrument.calls[-1][0] == "ignite"
    assert form.call_button.text() == "Call"
    assert not view.forms["measure"].call_button.asks


def test_a_setting_that_is_asked_for_is_sent_by_the_second_enter(request, qtbot):
    bench = confirm_bench(request, qtbot)
    bench.open()
    bench.bring("setpoint", 300.0)
    editor = bench.type_into("setpoint", "500")
    bench.press(editor, Qt.Key.Key_Return)
    row = bench.setting("setpoint")
    assert bench.instrument.sets == [] and row.note.text() == "press again, or Enter, to send"
    row.send_button._since -= 1
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == [("setpoint", 500.0)]
    editor = bench.type_into("setpoint", "600")
    bench.press(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.field, "0")
    assert not row.send_button.armed, "who types on has not decided"


def test_a_window_that_only_looks_holds_everything_that_acts(request, qtbot):
    bench = confirm_bench(request, qtbot, read_only=True)
    console, view = bench.open()
    bench.bring("setpoint", 300.0)
    assert bench.setting("setpoint").cells.value.text() == "300"
    editor = bench.type_into("setpoint", "500")
    bench.press(editor, Qt.Key.Key_Return)
    assert bench.instrument.sets == []
    assert bench.setting("setpoint").note.text() == "cannot be sent: this window only looks"
    assert all(not form.call_button.isEnabled() or form.call_button.held for form in view.forms.values())
    assert not view.header.lock.isVisible()
    assert console.blocked == "this window only looks"


# -- arranging -----------------------------------------------------------------------------------------------------


def test_searching_leaves_what_fits_and_esc_brings_all_back(bench: Bench, qtbot):
    _, view = bench.open()
    view.header.search_button.click()
    qtbot.keyClicks(view.header.search, "wave")
    assert [name for name, row in view.rows.items() if row.isVisible()] == ["wavelength"]
    assert view.forms["sweep"].isVisible() and not view.forms["identify"].isVisible()
    assert view.forms["halt"].isVisible(), "what stops is always at hand"
    qtbot.keyClick(view.header.search, Qt.Key.Key_Escape)
    assert all(row.isVisible() for row in view.rows.values())


def test_what_is_typed_stays_typed_when_the_console_is_arranged_anew(bench: Bench):
    console, view = bench.open()
    bench.bring("power", 3.0)
    editor = bench.type_into("power", "7.25")
    console.layout.star("mode", True)
    console.layout.hide("output", True)
    view._set_view("operator")
    assert editor.text() == "7.25" and bench.setting("power").editor is editor
    assert view.property_panel.column.shown() == ["temperature", "mode", "power", "wavelength"]
    assert view.header.operator.isVisible()
    view.header.operator.click()
    assert view.property_panel.column.shown()[-2:] == ["serial", "output"], "advanced and hidden stand last"


def test_a_favourite_is_a_button_with_a_key(bench: Bench, qtbot):
    view, form = filled_sweep(bench)
    view.action_panel._keep_favourite(form)
    (button,) = view.action_panel.favourites.buttons
    assert button.text() == "Sweep 1520, 1580, 1"
    form.rows[0].editor.set_value(1530.0)
    bench.tab.activateWindow()
    qtbot.waitUntil(bench.tab.isActiveWindow)
    qtbot.keyClick(view, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert bench.instrument.calls[-1] == ("sweep", [1520.0, 1580.0, 1], {})
    assert form.rows[0].value() == 1530.0, "what is typed in the form stays"


def test_call_stays_in_sight_while_the_form_is_scrolled(bench: Bench, qtbot):
    bench.tab.resize(1280, 420)
    view, form = filled_sweep(bench)
    area = view.action_panel.area
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    QApplication.processEvents()
    top = form.call_button.mapTo(area.viewport(), QPoint(0, 0)).y()
    assert 0 <= top < area.viewport().height() - 20
    view.grab()


def test_an_open_form_has_room_for_all_its_fields(request, qtbot):
    many = [ParameterDescription(f"value_{number}", FLOAT, doc="What it is.") for number in range(20)]
    bench = Bench(qtbot, ServiceDescription("m", "M", members=(method("go", *many), method("other"))))
    request.addfinalizer(bench.close)
    _, view = bench.open()
    form = view.forms["go"]
    form.open()
    qtbot.waitUntil(lambda: form.height() > 20 * 40)
    assert all(row.editor.height() >= 28 for row in form.rows)


# -- what comes while it runs --------------------------------------------------------------------------------------


def test_what_a_stream_brings_and_how_far_a_call_is_shows_while_it_runs(qtbot):
    scan = method("scan", returns=TypeDescription("list", items=(FLOAT,)), streaming=True)
    bench = Bench(qtbot, ServiceDescription("optics.laser", "Scanner", members=(scan,)))
    console, view = bench.open()
    console.call("scan")
    run = console.runs.own()[0]
    take = bench.instrument.on_item
    assert take is not None
    for value in (1.0, 4.0, 9.0):
        take(value)
    assert view.outcome.switch.current() == RESULT and view.result.run is run
    assert run.result == [1.0, 4.0, 9.0] and console.run_note(run) == "3 values"
    take(16.0)
    qtbot.waitUntil(lambda: "4 points" in view.result.caption.text(), timeout=5000)
    run._clock -= 12.0
    console._on_progress_told("scan", "ann@bench", 0.25)
    note = console.run_note(run)  # a busy machine adds a second or two
    assert note.startswith("25 %, about 3") and note.endswith(" s left, 4 values")
    assert view.header.busy.text() == "scan 00:12 · 25 %"
    bench.instrument.settle([1.0, 4.0, 9.0, 16.0, 25.0])
    assert "5 points" in view.result.caption.text() and run.outcome == "done"
    bench.close()
