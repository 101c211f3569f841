"""One function tells state, sentence and remedy; what is ready is counted against what is expected."""

from __future__ import annotations

import time

import pytest

from pyrolab_gui.wire.health import Health, InstrumentLink, Links, ProcessLink, judge
from pyrolab_gui.wire.remedies import REMEDY_WORDS, Remedy

LIVE = ProcessLink.LIVE
CONNECTED = InstrumentLink.CONNECTED


@pytest.mark.parametrize(
    ("links", "health", "remedy"),
    [
        (Links(ProcessLink.UNREACHABLE, CONNECTED, fresh=True), Health.LOST, Remedy.START_DAEMON),
        (Links(ProcessLink.NO_REPLY, InstrumentLink.NOT_CONNECTED), Health.NO_REPLY, Remedy.RESTART_DAEMON),
        (Links(LIVE, InstrumentLink.NOT_CONNECTED), Health.NOT_CONNECTED, Remedy.RECONNECT),
        (Links(LIVE, InstrumentLink.CONNECTING), Health.CONNECTING, Remedy.NONE),
        (Links(LIVE, InstrumentLink.NOT_ASKED), Health.NOT_ASKED, Remedy.NONE),
        (Links(ProcessLink.SLOW, CONNECTED, fresh=True), Health.SLOW, Remedy.NONE),
        (Links(LIVE, CONNECTED, fresh=True, slow="power takes 2.0 s, usually 50 ms"), Health.SLOW, Remedy.NONE),
        (Links(LIVE, CONNECTED, fresh=True, failing="no answer"), Health.FAILED, Remedy.SHOW_CALLS),
        (Links(), Health.UNKNOWN, Remedy.NONE),
        (Links(LIVE, CONNECTED), Health.NOT_ASKED, Remedy.NONE),
        (Links(LIVE), Health.NOT_ASKED, Remedy.NONE),
        (Links(LIVE, CONNECTED, fresh=True), Health.LIVE, Remedy.NONE),
    ],
)
def test_the_worse_link_is_told_and_live_needs_an_answer_of_the_instrument(
    links: Links, health: Health, remedy: Remedy
) -> None:
    verdict = judge("laser", links)
    assert (verdict.health, verdict.remedy_key, verdict.remedy) == (health, remedy, REMEDY_WORDS[remedy])
    assert verdict.sentence.endswith(".") and "laser" in verdict.sentence


def test_the_words():
    used = Links(LIVE, fresh=True, in_use_by="bob")
    assert judge("laser", used, model="TSL570", note="two names").sentence == (
        "laser (TSL570) answers; in use by bob; two names."
    )
    lost = judge("laser", Links(ProcessLink.UNREACHABLE, reason="nothing listens at pc:1", last_seen="14:03:22"))
    assert lost.sentence == "laser cannot be reached: nothing listens at pc:1 (last seen 14:03:22)."
    assert judge("laser", Links(LIVE), registered=False).sentence == "laser is not registered."
    unasked = judge("laser", Links(LIVE, CONNECTED, answered="13:02"))
    assert unasked.sentence == "laser is connected; it was last asked at 13:02, and answered."
    slow = judge("laser", Links(LIVE, CONNECTED, fresh=True, slow="power takes 2.0 s, usually 50 ms"))
    assert slow.sentence == "laser answers slowly: power takes 2.0 s, usually 50 ms."


def test_an_answer_to_us_counts_where_the_server_does_not_tell():
    now = time.time()
    assert judge("visitor", Links(LIVE).with_answer(now)).health is Health.LIVE
    assert judge("visitor", Links(LIVE).with_answer(now - 3600)).health is Health.NOT_ASKED
    assert judge("laser", Links(LIVE, CONNECTED).with_answer(now)).health is Health.NOT_ASKED, "its daemon knows better"


def test_a_known_cause_has_its_own_remedy():
    lost = Links(ProcessLink.UNREACHABLE)
    verdict = judge("laser", lost, remedy=Remedy.CHANGE_HOST)
    assert (verdict.remedy, verdict.remedy_key) == ("Change its daemon's host", Remedy.CHANGE_HOST)
    assert judge("laser", lost, remedy=Remedy.NONE).remedy == ""


def test_every_remedy_has_words():
    assert set(REMEDY_WORDS) == set(Remedy)
