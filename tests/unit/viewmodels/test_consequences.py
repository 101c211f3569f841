"""What a stop or restart hits, in sentences."""

from __future__ import annotations

from pyrolab_gui.viewmodels import consequences
from pyrolab_gui.wire.supervision import Hit


def test_nobody_is_nothing():
    assert consequences.of_hits([Hit("daemon/optics")], 0.0) == []


def test_question_about_several_names_them_and_its_button_is_short():
    asked = consequences.question("restart", ["a", "b", "c", "d", "e"], ["one.", "two."])
    assert (asked.title, asked.text, asked.button) == ("Restart a, b, c and 2 more?", "one.\ntwo.", "Restart")


def test_only_daemons_that_go_on_are_told_of_a_nameserver():
    assert consequences.of_nameserver("stop", "main", ()) == ""
    said = consequences.of_nameserver("restart", "main", ("optics",))
    assert said == "main is where optics can be found: they go on, but no new client finds them until it is back."
