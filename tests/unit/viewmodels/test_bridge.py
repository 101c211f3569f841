"""Bridge: what a thread posts is done on Qt's thread, in order, and not after the end."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QCoreApplication

from pyrolab_gui.viewmodels.bridge import Bridge

pytestmark = pytest.mark.usefixtures("qapp")


def _drain() -> None:
    QCoreApplication.sendPostedEvents()


def test_function_runs_on_the_thread_of_the_bridge_in_order() -> None:
    bridge, seen = Bridge(), list[tuple[int, int]]()

    def work() -> None:
        for number in range(100):
            bridge.post(lambda n: seen.append((n, threading.get_ident())), number)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert seen == []
    _drain()
    assert seen == [(number, threading.get_ident()) for number in range(100)]


def test_posting_from_qts_thread_is_put_off_too() -> None:
    bridge, seen = Bridge(), list[int]()
    bridge.post(seen.append, 1)
    assert seen == []
    _drain()
    assert seen == [1]


def test_closed_bridge_drops_what_waits_and_what_comes() -> None:
    bridge, seen = Bridge(), list[int]()
    bridge.post(seen.append, 1)
    bridge.close()
    bridge.post(seen.append, 2)
    _drain()
    assert seen == []


def test_post_after_qts_side_is_gone_is_dropped() -> None:
    import shiboken6

    bridge, seen = Bridge(), list[int]()
    shiboken6.delete(bridge)
    bridge.post(seen.append, 1)
    bridge.post(seen.append, 2)
    assert seen == []
