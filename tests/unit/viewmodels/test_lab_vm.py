"""The lab under edit: nothing typed is lost, references follow, saving fails without harm."""

from __future__ import annotations

from typing import Any

import pytest

from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from tests.unit.viewmodels.daemons_fakes import Notifications

TEXT = """\
# the bench
version: "1.0"
nameservers:
  main: {}
daemons:
  optics:
    port: 41231   # fixed
    nameservers: [main]
  cryo: {}
services:
  laser:
    module: drivers.simulated.laser
    classname: TunableLaser
    instancemode: single
    daemon: optics
    nameservers: [main]
  stage:
    module: drivers.simulated.stage
    classname: Stage
    instancemode: single
    daemon: cryo
autolaunch:
  daemons: [optics]
"""
OPTICS = Entry("daemons", "optics")
LASER = Entry("services", "laser")


class World:
    def __init__(self, folder):
        self.path = folder / "bench.yaml"
        self.path.write_text(TEXT, encoding="utf-8")
        self.notifications = Notifications()
        self.vm = LabViewModel(self.notifications)
        self.loaded: list[Any] = []
        self.vm.loaded.connect(lambda: self.loaded.append(self.vm.saved_lab))
        assert self.vm.open(self.path)

    @property
    def text(self):
        return self.path.read_text(encoding="utf-8")


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_file_is_opened(world):
    assert world.vm.usable
    assert world.vm.name == "bench"
    assert list(world.vm.entries("daemons")) == ["optics", "cryo"]
    assert len(world.loaded) == 1
    assert not world.vm.edited


def test_an_edit_is_counted_marked_and_taken_back(world):
    world.vm.set_value(OPTICS, "port", 41232)
    world.vm.set_value(OPTICS, "servertype", "multiplex")
    assert world.vm.changes == 2
    assert world.vm.marks.edited == {"daemon/optics"}
    world.vm.set_value(OPTICS, "port", 41231)
    world.vm.set_value(OPTICS, "servertype", "thread")
    assert world.vm.changes == 0
    assert not world.vm.edited


def test_a_wrong_value_stays_as_typed_and_is_a_problem_of_its_field(world):
    world.vm.set_value(OPTICS, "port", "abc")
    assert world.vm.values(OPTICS)["port"] == "abc"
    assert world.vm.field_problems(OPTICS)["port"].sentence == "Must be a whole number, not 'abc'."
    assert world.vm.marks.problems == {"daemon/optics": 1}
    world.vm.set_value(OPTICS, "host", "")
    assert set(world.vm.field_problems(OPTICS)) == {"port", "host"}
    world.vm.set_value(OPTICS, "port", 41231)
    assert set(world.vm.field_problems(OPTICS)) == {"host"}


def test_what_does_not_agree_between_entries_is_a_problem(world):
    world.vm.set_value(Entry("daemons", "cryo"), "port", 41231)
    assert (
        "Port 41231 is also that of the daemon 'optics'"
        in world.vm.field_problems(Entry("daemons", "cryo"))["port"].sentence
    )
    world.vm.remove(OPTICS)
    assert "daemon 'optics'" in world.vm.field_problems(LASER)["daemon"].sentence


def test_a_wrong_entry_does_not_make_the_others_wrong(world):
    world.vm.set_value(OPTICS, "port", "abc")
    assert [problem.path[:2] for problem in world.vm.problems if problem.severity == "error"] == [("daemons", "optics")]


def test_renaming_follows_references_and_wrong_values(world):
    renamed: list[tuple[str, str]] = []
    world.vm.entryRenamed.connect(lambda *keys: renamed.append(keys))
    world.vm.set_value(OPTICS, "port", "abc")
    entry = world.vm.rename(OPTICS, "light")
    assert world.vm.entries("services")["laser"]["daemon"] == "light"
    assert world.vm.starts_with_lab(entry)
    assert world.vm.values(entry)["port"] == "abc"
    assert world.vm.field_problems(entry)["port"].sentence == "Must be a whole number, not 'abc'."
    assert renamed == [("daemon/optics", "daemon/light")]
    world.vm.set_value(entry, "port", 41231)
    assert world.vm.save()
    assert "    port: 41231   # fixed\n" in world.text
    assert "daemon: light" in world.text


def test_a_renamed_nameserver_is_followed_by_an_entry_with_a_wrong_value(world):
    world.vm.set_value(OPTICS, "port", "abc")
    world.vm.rename(Entry("nameservers", "main"), "phonebook")
    world.vm.set_value(OPTICS, "port", 1)
    assert world.vm.values(OPTICS)["nameservers"] == ("phonebook",)
    assert world.vm.problems == ()


@pytest.mark.parametrize(("name", "words"), [("cryo", "already"), ("a b", "white space"), ("", "empty")])
def test_a_name_that_cannot_be_used_is_a_sentence(world, name, words):
    with pytest.raises(ValueError, match=words):
        world.vm.rename(OPTICS, name)
    with pytest.raises(ValueError, match=words):
        world.vm.add("daemons", name, {})
    assert not world.vm.edited


def test_entries_are_added_copied_and_removed(world):
    added = world.vm.add("services", "osa", {"module": "", "classname": "Osa", "daemon": "optics"})
    assert world.vm.field_problems(added)["module"].sentence.startswith("Must not be empty")
    copy = world.vm.duplicate(LASER)
    assert copy.name == "laser-2"
    assert world.vm.changes == 2
    world.vm.remove(added)
    world.vm.remove(copy)
    assert world.vm.changes == 0
    assert world.vm.problems == ()


def test_saving_changes_only_the_lines_that_must_change(world):
    world.vm.set_value(OPTICS, "port", 41299)
    assert world.vm.save()
    assert world.text == TEXT.replace("port: 41231   # fixed", "port: 41299   # fixed")
    assert not world.vm.edited
    assert len(world.loaded) == 2


def test_wrong_values_are_not_saved_and_stay(world):
    world.vm.set_value(OPTICS, "port", "abc")
    assert not world.vm.save()
    assert world.text == TEXT
    assert world.notifications.errors[0].sentence == "Not saved: 1 field must be corrected first."
    assert world.vm.values(OPTICS)["port"] == "abc"


def test_a_file_that_changed_on_disk_is_not_overwritten(world):
    world.path.write_text(TEXT + "# somebody else\n", encoding="utf-8")
    world.vm.set_value(OPTICS, "port", 41299)
    assert not world.vm.save()
    assert "somebody else" in world.text
    assert "changed by somebody else" in world.notifications.errors[0].sentence
    assert world.vm.changes == 1


def test_a_file_that_cannot_be_written_keeps_the_edits(world, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyrolab_gui.model.store.write_atomically", full)
    world.vm.set_value(OPTICS, "port", 41299)
    assert not world.vm.save()
    assert "no space left on device" in world.notifications.errors[0].sentence.lower()
    assert world.text == TEXT
    assert world.vm.values(OPTICS)["port"] == 41299


def test_discarding_can_be_undone_until_the_next_edit(world):
    world.vm.set_value(OPTICS, "port", 41299)
    world.vm.discard()
    assert world.vm.changes == 0
    assert world.vm.can_undo_discard
    world.vm.history.undo()
    assert world.vm.values(OPTICS)["port"] == 41299
    world.vm.discard()
    world.vm.set_value(LASER, "description", "x")
    assert not world.vm.can_undo_discard


def test_a_file_that_is_not_there_leaves_the_open_one(world):
    assert not world.vm.open(world.path.parent / "nowhere.yaml")
    assert "no lab file" in world.notifications.errors[0].sentence
    assert world.vm.name == "bench"


def test_a_file_that_cannot_be_understood_shows_its_problems(world):
    world.path.write_text("daemons:\n  optics:\n    port: abc\n    colour: red\n", encoding="utf-8")
    assert not world.vm.open(world.path)
    assert not world.vm.usable
    assert [(problem.key_path, problem.line) for problem in world.vm.problems] == [
        ("daemons.optics.port", 3),
        ("daemons.optics.colour", 4),
    ]
    assert world.vm.saved_lab is None


def test_a_new_lab_has_a_phonebook_and_a_place_for_instruments(world):
    path = world.path.parent / "new.yaml"
    assert world.vm.new(path)
    assert path.exists()
    assert world.vm.problems == ()
    assert list(world.vm.entries("daemons")) == ["instruments"]
    assert not world.vm.new(path)
    assert "exists already" in world.notifications.errors[0].sentence


def test_the_text_of_an_entry_is_its_lines_and_follows_edits(world):
    assert world.vm.entry_text(OPTICS) == "optics:\n  port: 41231   # fixed\n  nameservers: [main]\n"
    assert world.vm.entry_text(Entry("nameservers", "main")) == "main: {}\n"
    world.vm.set_value(OPTICS, "port", 41299)
    assert "port: 41299   # fixed" in world.vm.entry_text(OPTICS)
    added = world.vm.add("services", "osa", {"module": "m", "classname": "Osa", "daemon": "optics"})
    assert "classname: Osa" in world.vm.entry_text(added)


def test_autolaunch_is_a_switch_of_the_entry(world):
    cryo = Entry("daemons", "cryo")
    assert not world.vm.starts_with_lab(cryo)
    world.vm.set_starts_with_lab(cryo, True)
    assert world.vm.starts_with_lab(cryo)
    assert world.vm.changes == 1
    assert world.vm.save()
    assert world.vm.saved_lab.autolaunch.daemons == ("optics", "cryo")


def rewritten(world, *swaps):
    """Write the file as somebody else would."""
    text = world.text
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    world.path.write_text(text, encoding="utf-8")


BROKEN = "daemons:\n  optics: {port: abc, colour: red}\n"


def test_how_many_problems_a_file_has_is_told_when_it_is_opened(world):
    world.path.write_text(BROKEN, encoding="utf-8")
    world.vm.open(world.path)
    (notice,) = world.notifications.errors
    assert notice.sentence == "bench.yaml has 2 problems."
    assert "line 2: daemons.optics.port: Must be a whole number, not 'abc'." in notice.detail
    assert len(world.vm.file_errors) == 2


def test_a_lab_whose_entries_do_not_agree_is_told_and_can_be_edited(world):
    rewritten(world, ("    daemon: cryo", "    daemon: gone"))
    assert world.vm.open(world.path)
    assert [notice.sentence for notice in world.notifications.errors] == ["bench.yaml has 1 problem."]
    world.vm.set_value(Entry("services", "stage"), "daemon", "cryo")
    assert len(world.vm.file_errors) == 1
    assert world.vm.save()
    assert world.vm.file_errors == ()


def test_a_file_that_is_as_it_was_is_not_read_again(world):
    world.vm.set_value(OPTICS, "port", 41299)
    world.vm.read_again()
    assert len(world.loaded) == 1
    assert world.notifications.notices == ()


def test_a_file_that_was_changed_is_read_again_and_that_is_told(world):
    rewritten(world, ("41231", "41240"))
    world.vm.read_again()
    assert world.vm.values(OPTICS)["port"] == 41240
    assert not world.vm.edited
    assert world.loaded[-1].daemons["optics"].port == 41240
    assert [n.sentence for n in world.notifications.notices] == ["bench.yaml was changed on disk and was read again."]


def test_edits_stay_when_the_file_is_read_again(world):
    vm = world.vm
    stage, cryo = Entry("services", "stage"), Entry("daemons", "cryo")
    vm.set_value(OPTICS, "port", "abc")
    vm.set_value(LASER, "note", "mine")
    cold = vm.rename(cryo, "cold")
    vm.add("daemons", "new", {"port": 41300})
    vm.remove(Entry("nameservers", "main"))
    vm.set_starts_with_lab(cold, True)
    rewritten(
        world,
        ("  cryo: {}", "  cryo: {port: 41250}"),
        ("classname: Stage", "classname: PiezoStage"),
        ("# the bench", "# the bench, measured again"),
    )
    before = vm.changes
    vm.read_again()
    assert vm.changes == before
    assert vm.values(OPTICS)["port"] == "abc"
    assert vm.field_problems(OPTICS)["port"].sentence == "Must be a whole number, not 'abc'."
    assert vm.values(LASER)["note"] == "mine"
    assert vm.values(LASER)["nameservers"] == ()
    assert vm.values(cold)["port"] == 41250
    assert vm.values(stage)["classname"] == "PiezoStage"
    assert vm.values(stage)["daemon"] == "cold"
    assert vm.starts_with_lab(cold)
    assert not vm.has(cryo)
    assert world.notifications.notices[-1].sentence.endswith(f"Your {before} changes are kept, and not saved.")
    vm.set_value(OPTICS, "port", 41231)
    assert vm.save()
    assert "# the bench, measured again" in world.text
    assert "PiezoStage" in world.text


def test_an_edited_entry_that_somebody_removed_is_there_again(world):
    world.vm.set_value(Entry("services", "stage"), "note", "mine")
    start = world.text.index("  stage:")
    world.path.write_text(world.text[:start] + world.text[world.text.index("autolaunch:") :], encoding="utf-8")
    world.vm.read_again()
    assert world.vm.values(Entry("services", "stage"))["note"] == "mine"
    assert world.vm.values(Entry("services", "stage"))["classname"] == "Stage"
    assert world.vm.changes == 1


def test_an_entry_that_both_added_keeps_what_was_typed(world):
    world.vm.add("daemons", "new", {"port": 41300})
    rewritten(world, ("  cryo: {}", "  cryo: {}\n  new: {port: 41301, host: public}"))
    world.vm.read_again()
    assert world.vm.values(Entry("daemons", "new"))["port"] == 41300


def test_a_text_with_mistakes_does_not_replace_a_lab_that_is_shown(world):
    world.vm.set_value(OPTICS, "port", 41299)
    world.path.write_text(BROKEN, encoding="utf-8")
    for _ in range(3):
        world.vm.read_again()
    assert world.vm.usable
    assert world.vm.values(OPTICS)["port"] == 41299
    (notice,) = world.notifications.notices
    assert notice.sentence == (
        "bench.yaml was changed on disk and has 2 problems now; what is shown is what it said before."
    )
    assert "line 2" in notice.detail
    world.path.write_text(TEXT, encoding="utf-8")
    world.vm.read_again()
    assert world.vm.changes == 1
    assert world.vm.save()


def test_a_text_that_was_mended_is_shown(world):
    shown: list[bool] = []
    world.path.write_text(BROKEN, encoding="utf-8")
    world.vm.open(world.path)
    world.vm.fileChanged.connect(lambda: shown.append(world.vm.usable))
    world.path.write_text(BROKEN.replace(", colour: red", ""), encoding="utf-8")
    world.vm.read_again()
    assert world.notifications.errors[-1].sentence == "bench.yaml has 1 problem."
    world.path.write_text(TEXT, encoding="utf-8")
    world.vm.read_again()
    assert shown == [False, True]
    assert world.vm.problems == ()
    last = world.notifications.notices[-1]
    assert (last.kind, last.sentence) == ("info", "bench.yaml was read again; its problems are mended.")
    assert len({notice.about for notice in world.notifications.notices}) == 1, "each takes the place of the one before"


def test_a_changed_file_whose_entries_do_not_agree_is_told_with_its_problems(world):
    world.vm.set_value(LASER, "note", "mine")
    rewritten(world, ("    daemon: cryo", "    daemon: gone"))
    world.vm.read_again()
    (notice,) = world.notifications.errors
    assert notice.sentence == (
        "bench.yaml was changed on disk and was read again. It has 1 problem now. Your change is kept, and not saved."
    )
    assert "The lab has no daemon 'gone'" in notice.detail


def test_a_file_that_is_gone_leaves_what_is_shown(world):
    world.path.unlink()
    world.vm.read_again()
    assert world.vm.usable
    assert world.notifications.notices == ()


def test_what_both_changed_is_said_with_both_values(world):
    world.vm.set_value(OPTICS, "port", 41299)
    world.vm.set_value(LASER, "note", "mine")
    rewritten(world, ("41231", "41240"))
    world.vm.read_again()
    notice = world.notifications.notices[-1]
    assert "You both changed a value" in notice.sentence
    assert notice.detail == "Port of optics is 41240 there, and 41299 here."
    assert world.vm.saved_values(OPTICS)["port"] == 41240
    assert world.vm.changes == 2
    world.vm.undo()
    assert world.vm.text == world.text, "theirs, as a whole"
    assert world.vm.conflicts == ()


def test_of_what_both_changed_each_value_is_chosen(world):
    vm, stage, cryo = world.vm, Entry("services", "stage"), Entry("daemons", "cryo")
    rewritten(world, ("classname: Stage", "classname: Stage\n    parameters: {port: COM3, baud: 9600, axis: 1}"))
    vm.read_again()
    vm.set_value(OPTICS, "port", 41299)
    vm.set_value(stage, "parameters", {"port": "COM4", "baud": 9600})
    vm.set_value(stage, "note", "mine")
    vm.remove(cryo)
    rewritten(
        world,
        ("41231", "41240"),
        ("port: COM3, baud: 9600", "port: COM9, baud: 115200"),
        ("  cryo: {}", "  cryo: {port: 41250}"),
    )
    vm.read_again()
    assert vm.values(stage)["parameters"] == {"port": "COM4", "baud": 115200}, "of a mapping key by key"
    assert [str(conflict) for conflict in vm.conflicts] == [
        "Port of optics is 41240 there, and 41299 here.",
        "The entry cryo is edited there, and removed here.",
        "Parameters: port of stage is 'COM9' there, and 'COM4' here.",
    ]
    vm.choose(vm.conflicts[1:])
    assert vm.conflicts == ()
    assert vm.values(OPTICS)["port"] == 41299
    assert vm.values(cryo)["port"] == 41250
    assert vm.values(stage)["parameters"] == {"port": "COM9", "baud": 115200}
    assert vm.values(stage)["note"] == "mine"
    vm.undo()
    assert not vm.has(cryo)
    vm.redo()
    assert vm.save()
    assert "port: COM9, baud: 115200" in world.text and "41299" in world.text


def test_comments_of_both_are_merged(world):
    world.vm.set_text(world.vm.text.replace("  cryo: {}", "  cryo: {}  # cold"))
    world.vm.set_value(LASER, "note", "mine")
    rewritten(world, ("# the bench", "# the bench, measured again"))
    world.vm.read_again()
    assert "# cold" in world.vm.text and "measured again" in world.vm.text and "note: mine" in world.vm.text
    assert world.vm.save()
    assert "# cold" in world.text and "measured again" in world.text


def test_lines_that_both_changed_are_not_merged_and_not_lost(world):
    world.vm.set_text(world.vm.text.replace("# the bench", "# my bench"))
    rewritten(world, ("# the bench", "# their bench"))
    world.vm.read_again()
    (notice,) = world.notifications.warnings
    assert "could not be merged" in notice.sentence
    assert "# my bench" in notice.detail
    assert world.vm.text == world.text


def test_a_large_lab_is_written_in_a_thread_and_what_follows_waits_for_it(qtbot, world):
    many = "".join(f"  s{n}: {{module: m, classname: C, instancemode: single, daemon: cryo}}\n" for n in range(700))
    text = world.text.replace("services:\n", "services:\n" + many)
    world.path.write_text(text, encoding="utf-8")
    world.vm.open(world.path)
    qtbot.waitUntil(lambda: world.vm.has(Entry("services", "s5")), timeout=20_000)
    world.vm.set_value(OPTICS, "port", 41299)
    assert not world.vm.text_is_ready
    assert world.vm.text == text, "as it was, until it is worked out"
    qtbot.waitUntil(lambda: world.vm.text_is_ready, timeout=20_000)
    assert "port: 41299   # fixed" in world.vm.text
    world.vm.set_value(OPTICS, "port", 41298)
    done: list[str] = []
    with qtbot.waitSignal(world.vm.saved, timeout=20_000) as saved:
        assert world.vm.save()
        world.vm.after_save(lambda: done.append(world.text))
        world.vm.set_value(LASER, "note", "typed meanwhile")
    assert saved.args == [True]
    assert done == [text.replace("41231", "41298")]
    assert world.vm.values(LASER)["note"] == "typed meanwhile"
    assert world.vm.changes == 1
