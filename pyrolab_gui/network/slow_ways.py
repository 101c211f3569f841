"""Which computers are slow to reach, so that this is said once for each of them and not for everything that is on it.

A computer is slow where every daemon of it that answers does so slowly; one slow daemon beside a fast one is that
daemon's own business. Limits: this computer itself has no way that could be slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.network.control import ControlLink

SLOW_WAY = 0.3
"""An answer that takes so many seconds is slow, whatever was asked: a daemon answers from memory."""
LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class SlowWay:
    """A computer, and how long its fastest answer takes, in seconds to one digit."""

    host: str
    seconds: float


def slow_ways(links: Mapping[tuple[str, int], ControlLink]) -> dict[str, SlowWay]:
    """Return the slow ones of the computers that these daemons (host and port) are on."""
    answers: dict[str, list[tuple[bool, float]]] = {}
    for (host, _), link in links.items():
        if host not in LOCAL and link.state in (ProcessLink.LIVE, ProcessLink.SLOW) and link.latency is not None:
            slow = link.state is ProcessLink.SLOW or link.latency >= SLOW_WAY
            answers.setdefault(host, []).append((slow, link.latency))
    return {
        host: SlowWay(host, float(f"{min(seconds for _, seconds in told):.1g}"))
        for host, told in answers.items()
        if all(slow for slow, _ in told)
    }
