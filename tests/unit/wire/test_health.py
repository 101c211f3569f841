"""One function tells state, sentence and remedy; what is ready is counted against what is expected."""

from __future__ import annotations

import pytest

from pyrolab_gui.wire.health import Health, InstrumentLink, ProcessLink, judge
from pyrolab_gui.wire.readiness import readiness
from pyrolab_gui.wire.remedies import REMEDY_WORDS, Remedy

LIVE = ProcessLink.LIVE


@pytest.mark.parametrize(
    ("process", "instrument", "health", "remedy"),
    [
        (ProcessLink.UNREACHABLE, InstrumentLink.CONNECTED, Health.LOST, Remedy.START_DAEMON),
        (ProcessLink.NO_REPLY, InstrumentLink.NOT_CONNECTED, Health.NO_REPLY, Remedy.RESTART_DAEMON),
        (LIVE, InstrumentLink.NOT_CONNECTED, Health.NOT_CONNECTED, Remedy.RECONNECT),
        (LIVE, InstrumentLink.CONNECTING, Health.CONNECTING, Remedy.NONE),
        (LIVE, InstrumentLink.NOT_ASKED, Health.UNKNOWN, Remedy.NONE),
        (ProcessLink.SLOW, InstrumentLink.CONNECTED, Health.SLOW, Remedy.NONE),
        (ProcessLink.UNKNOWN, InstrumentLink.UNKNOWN, Health.UNKNOWN, Remedy.NONE),
        (LIVE, InstrumentLink.CONNECTED, Health.LIVE, Remedy.NONE),
    ],
)
def test_the_worse_link_is_told(
    process: ProcessLink, instrument: InstrumentLink, health: Health, remedy: Remedy
) -> None:
    verdict = judge("laser", process, instrument)
    assert (verdict.health, verdict.remedy_key, verdict.remedy) == (health, remedy, REMEDY_WORDS[remedy])
    assert verdict.sentence.endswith(".") and "laser" in verdict.sentence


def test_the_words():
    assert judge("laser", LIVE, model="TSL570", in_use_by="bob", note="two names").sentence == (
        "laser (TSL570) answers; in use by bob; two names."
    )
    lost = judge("laser", ProcessLink.UNREACHABLE, reason="nothing listens at pc:1", last_seen="14:03:22")
    assert lost.sentence == "laser cannot be reached: nothing listens at pc:1 (last seen 14:03:22)."
    assert judge("laser", LIVE, registered=False).sentence == "laser is not registered."
    failing = judge("laser", LIVE, InstrumentLink.CONNECTED, failing="no answer")
    assert (failing.health, failing.remedy_key) == (Health.FAILED, Remedy.SHOW_CALLS)


def test_a_known_cause_has_its_own_remedy():
    verdict = judge("laser", ProcessLink.UNREACHABLE, remedy=Remedy.CHANGE_HOST)
    assert (verdict.remedy, verdict.remedy_key) == ("Change its daemon's host", Remedy.CHANGE_HOST)
    assert judge("laser", ProcessLink.UNREACHABLE, remedy=Remedy.NONE).remedy == ""


def test_every_remedy_has_words():
    assert set(REMEDY_WORDS) == set(Remedy)


def test_what_is_ready():
    healths = {
        "laser": Health.LIVE,
        "meter": Health.SLOW,
        "stage": Health.NOT_CONNECTED,
        "lazy": Health.UNKNOWN,
        "stranger": Health.FAILED,
    }
    found = readiness(healths, ["laser", "meter", "stage", "scope", "lazy"], on_demand=["lazy"])
    assert (found.ready, found.expected, found.not_ready) == (3, 5, ("scope", "stage"))
    assert found.sentence == "3 of 5 ready"
    assert found.worst is Health.LOST
    assert readiness(healths, ["lazy"]).not_ready == ("lazy",)
    assert readiness(healths, []).sentence == ""
