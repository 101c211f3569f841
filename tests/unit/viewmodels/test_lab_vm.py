"""The lab under edit: nothing typed is lost, references follow, saving fails without harm."""

from __future__ import annotations

from typing import Any

import pytest

from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from tests.unit.viewmodels.registry_fakes import Notifications

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
        self.vm = LabViewModel(self.notifications)  # type: ignore[arg-type]
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
    world.vm.undo_discard()
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
