"""A slow network is said once for each computer; a slow daemon beside a fast one is its own business."""

from __future__ import annotations

from typing import Any

from pyrolab_gui.network.slow_ways import SlowWay, slow_ways
from pyrolab_gui.wire.health import ProcessLink


class Link:
    def __init__(self, latency: float | None, state: ProcessLink = ProcessLink.LIVE) -> None:
        self.latency, self.state = latency, state


def ways(**links: Any) -> dict[str, SlowWay]:
    return slow_ways({("pc3", number): link for number, link in enumerate(links.values())})


def test_all_daemons_of_a_computer_are_slow():
    assert ways(a=Link(0.82), b=Link(1.4)) == {"pc3": SlowWay("pc3", 0.8)}
    assert ways(a=Link(2.1, ProcessLink.SLOW)) == {"pc3": SlowWay("pc3", 2.0)}


def test_one_slow_daemon_beside_a_fast_one_is_not_the_way():
    assert ways(a=Link(2.1, ProcessLink.SLOW), b=Link(0.002)) == {}


def test_who_does_not_answer_says_nothing_of_the_way():
    assert ways(a=Link(0.002), b=Link(None, ProcessLink.UNREACHABLE)) == {}
    assert ways(a=Link(0.9, ProcessLink.NO_REPLY)) == {}
    assert slow_ways({("localhost", 1): Link(0.9)}) == {}  # type: ignore[dict-item]
