"""What a stop or restart hits, in sentences."""

from __future__ import annotations

import json
import os

from pyrolab_gui.supervision.hit_words import hit_sentences
from pyrolab_gui.wire.names import WINDOW
from pyrolab_gui.wire.supervision import Hit, HitCall, HitClient, HitLock, HitOutput, HitRecording

OPTICS = Hit(
    "daemon/optics",
    2,
    locks=(HitLock("laser", "rob@pc3", 100.0),),
    who=("ann@pc7 (recording)", "me@pc1", "rob@pc3"),
    recordings=(HitRecording("meter", "power", "ann@pc7"), HitRecording("meter", "mode", "ann@pc7")),
    outputs=(HitOutput("laser", "output", 10.0), HitOutput("lamp", "")),
    unknown=(HitOutput("heater", "", 880.0),),
)
MOTION = Hit("daemon/motion", 1, (HitCall("stage", "home", "ann@pc7", 959.0),), who=("me@pc1",))


def test_the_most_serious_stands_first_and_everybody_has_a_name():
    hits = [OPTICS, MOTION, Hit("daemon/cryo", error="cryo has not answered in 1 s.")]
    assert hit_sentences(hits, 1000.0, "me@pc1") == [
        "laser.output is on.",
        "lamp is on.",
        "The state of heater is not known, an output may be on: its daemon crashed 2 min 0 s ago, and nobody has set "
        "anything since.",
        "stage.home has been running for ann@pc7 since 41 s; it is cut off.",
        "meter.power and meter.mode are recorded by ann@pc7; the recording gets a gap.",
        "laser is in use by rob@pc3, for 15 min 0 s.",
        "rob@pc3 and me@pc1 (this window included) are connected to optics.",
        "me@pc1 (this window included) is connected to motion.",
        "Who uses cryo is not known: cryo has not answered in 1 s.",
    ]


def test_an_older_supervisor_only_counts_clients_and_nobody_is_nothing():
    assert hit_sentences([Hit("daemon/optics", 3)], 0.0) == ["optics has 3 connections open."]
    assert hit_sentences([Hit("daemon/optics")], 0.0) == []


def test_windows_and_scripts_of_one_person_are_told_apart():
    """By what each says it is: the name alone is the same for all of them."""
    window, script = HitClient("me@pc1", WINDOW, os.getpid()), HitClient("me@pc1", "sweep.py", 7)
    present = (window, script, HitClient("me@pc1", WINDOW, 8), script._replace(process=9), HitClient("10.0.0.3:5123"))
    recorder = HitClient("me@pc1 (recording)", "pyrolab-gui", 3)
    hit = Hit("daemon/optics", 6, who=("10.0.0.3:5123", "me@pc1"), present=(*present, recorder))
    assert hit_sentences([hit], 0.0, "me@pc1") == [
        "10.0.0.3:5123, me@pc1 (another window), 2 × me@pc1 (sweep.py) and me@pc1 (this window) "
        "are connected to optics."
    ]
    assert "this window" not in hit_sentences([hit], 0.0, "me@pc2")[0]
    assert "2 × me@pc1 (a window)" in hit_sentences([hit], 0.0)[0], "for a command none is its own"
    assert Hit.from_plain(json.loads(json.dumps(hit.to_plain()))) == hit


def test_a_hit_travels_as_plain_data():
    assert Hit.from_plain(OPTICS.to_plain()) == OPTICS
