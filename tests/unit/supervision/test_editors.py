"""Who edits a lab file: told to each other, forgotten when silent."""

from __future__ import annotations

import time

from pyrolab_gui.supervision.editors import SILENT, Editors


def test_each_is_told_of_the_others_who_edit_the_same_file(tmp_path):
    editors, file = Editors(), str(tmp_path / "lab.yaml")
    assert editors.say(file, "a", "Ann", 1) == ()
    assert editors.say(str(tmp_path / "other.yaml"), "b", "Bob", 1) == ()
    assert [one.who for one in editors.say(f"{tmp_path}/x/../lab.yaml", "b", "Bob", 2)] == ["Ann"]
    first = editors.say(file, "b", "Bob", 0)
    assert [one.who for one in first] == ["Ann"], "who only looks is told too"
    assert editors.say(file, "a", "Ann", 1) == ()
    assert editors.say(file, "b", "Bob", 1)[0].since == first[0].since, "since the first edit, not the last word"


def test_who_says_nothing_any_more_is_forgotten(tmp_path, monkeypatch):
    editors, file = Editors(), str(tmp_path / "lab.yaml")
    editors.say(file, "a", "Ann", 1)
    later = time.monotonic() + SILENT
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert editors.say(file, "b", "Bob", 1) == ()
