"""What a stop or restart hits, in sentences."""

from __future__ import annotations

from pyrolab_gui.viewmodels import consequences
from pyrolab_gui.wire.supervision import Hit, HitCall, HitLock


def test_running_calls_stand_first_then_locks_then_clients_then_what_is_not_known():
    hits = [
        Hit("daemon/optics", 3, (), (HitLock("laser", "rob@pc3", 100.0),)),
        Hit("daemon/motion", 1, (HitCall("stage", "home", "ann@pc7", 959.0),)),
        Hit("daemon/cryo", error="cryo has not answered in 1 s."),
    ]
    assert consequences.of_hits(hits, 1000.0) == [
        "stage.home has been running for ann@pc7 since 41 s; it is cut off.",
        "laser is in use by rob@pc3, for 15 min 0 s.",
        "optics has 3 connections open, this window's included.",
        "motion has 1 connection open, this window's included.",
        "Who uses cryo is not known: cryo has not answered in 1 s.",
    ]


def test_nobody_is_nothing():
    assert consequences.of_hits([Hit("daemon/optics")], 0.0) == []


def test_question_about_several_names_them_and_its_button_is_short():
    asked = consequences.question("restart", ["a", "b", "c", "d", "e"], ["one.", "two."])
    assert (asked.title, asked.text, asked.button) == ("Restart a, b, c and 2 more?", "one.\ntwo.", "Restart")
