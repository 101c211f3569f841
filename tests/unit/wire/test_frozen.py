"""What the executable put into its environment is not handed on to other programs."""

from __future__ import annotations

import os
import sys

import pytest

from pyrolab_gui.wire.frozen import is_frozen, unfreeze

BUNDLE = os.path.join(os.sep, "opt", "pyrolab-gui", "_internal")
MINE, YOURS = os.path.join(os.sep, "opt", "mine"), os.path.join(os.sep, "opt", "pyrolab-gui", "_internal2")


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", BUNDLE, raising=False)


def unfrozen(**environment):
    unfreeze(environment)
    return environment


def folders(*paths):
    return os.pathsep.join(paths)


def test_an_interpreter_changes_nothing():
    assert not is_frozen()
    environment = {"LD_LIBRARY_PATH": BUNDLE, "LD_LIBRARY_PATH_ORIG": MINE, "_PYI_ARCHIVE_FILE": "x"}
    assert unfrozen(**environment) == environment


def test_what_was_there_before_comes_back(frozen):
    assert is_frozen()
    assert unfrozen(LD_LIBRARY_PATH=folders(BUNDLE, MINE), LD_LIBRARY_PATH_ORIG=MINE) == {"LD_LIBRARY_PATH": MINE}


def test_an_empty_path_from_before_does_not_stay(frozen):
    assert unfrozen(LD_LIBRARY_PATH=BUNDLE, LD_LIBRARY_PATH_ORIG="") == {}


def test_the_executables_own_variables_go(frozen):
    qt = os.path.join(BUNDLE, "PySide6", "Qt", "plugins")
    assert unfrozen(LD_LIBRARY_PATH=BUNDLE, QT_PLUGIN_PATH=qt, _PYI_PARENT_PROCESS_LEVEL="1", HOME="/me") == {
        "HOME": "/me"
    }


def test_its_folders_are_taken_out_of_paths_that_it_only_added_to(frozen):
    assert unfrozen(PATH=folders(BUNDLE, MINE, YOURS)) == {"PATH": folders(MINE, YOURS)}


def test_twice_is_once_and_what_is_set_afterwards_stays(frozen):
    once = unfrozen(LD_LIBRARY_PATH=folders(BUNDLE, MINE), LD_LIBRARY_PATH_ORIG=MINE, QT_PLUGIN_PATH=YOURS)
    assert unfrozen(**once) == once == {"LD_LIBRARY_PATH": MINE, "QT_PLUGIN_PATH": YOURS}
