"""The end of a process as an event on an asyncio loop, for own children and for adopted processes alike.

Linux has pidfd, macOS and the BSDs kqueue; elsewhere (Windows, old kernels) a thread waits for the process in steps of
a quarter of a second, so that it can be called off. asyncio's own child watchers cannot be called off, know no adopted
process and in some Python versions need the main thread. Nothing is reaped here.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_STEP = 0.25
"""Seconds for which the thread waits before it looks whether it was called off."""


def watch_exit(
    pid: int,
    loop: asyncio.AbstractEventLoop,
    on_exit: Callable[[], None],
    wait: Callable[[float], bool],
) -> Callable[[], None]:
    """Call `on_exit` once on `loop` when the process ends; return what calls it off and leaves nothing behind.

    Parameters
    ----------
    wait
        Waits so many seconds for the end and tells whether it came; used where the system has no event of it.
    """
    descriptor = _descriptor(pid)
    if descriptor is None:
        return _watch_in_thread(pid, loop, on_exit, wait)
    off = False

    def call_off() -> None:
        nonlocal off
        if not off:
            off = True
            loop.remove_reader(descriptor)
            os.close(descriptor)

    def ended() -> None:
        call_off()
        on_exit()

    loop.add_reader(descriptor, ended)
    return call_off


def _descriptor(pid: int) -> int | None:
    """Return a descriptor that becomes readable when the process ends, or None where there is no such thing."""
    try:
        if sys.platform == "linux":
            return os.pidfd_open(pid)
        if sys.platform != "win32" and hasattr(select, "kqueue"):
            return _kqueue_descriptor(pid)
    except (OSError, AttributeError):
        return None
    return None


def _kqueue_descriptor(pid: int) -> int | None:
    if sys.platform in ("linux", "win32"):
        return None
    queue = select.kqueue()
    try:
        event = select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD | select.KQ_EV_ONESHOT, select.KQ_NOTE_EXIT)
        queue.control([event], 0)
        return os.dup(queue.fileno())
    finally:
        queue.close()


def _watch_in_thread(
    pid: int, loop: asyncio.AbstractEventLoop, on_exit: Callable[[], None], wait: Callable[[float], bool]
) -> Callable[[], None]:
    off = threading.Event()

    def ended() -> None:
        if not off.is_set():
            on_exit()

    def run() -> None:
        while not off.is_set():
            if wait(_STEP):
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(ended)
                return

    threading.Thread(target=run, name=f"wait for process {pid}", daemon=True).start()
    return off.set
