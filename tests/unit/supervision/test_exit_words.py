"""Exit statuses in words, of POSIX and of Windows."""

from __future__ import annotations

import signal
import sys

import pytest

from pyrolab_gui.supervision.exit_words import exit_words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended with exit status 0"),
        (1, "ended with exit status 1"),
        (255, "ended with exit status 255"),
        (None, "ended, its exit status is not known"),
        (0xC0000005, "ended because the vendor's library crashed (0xC0000005, memory fault)"),
        (-1073741819, "ended because the vendor's library crashed (0xC0000005, memory fault)"),
        (0xC0000F00, "crashed (0xC0000F00)"),
        (0xC0000135, "crashed (0xC0000135: a DLL is missing)"),
        (-63, "was killed (signal 63)"),
    ],
)
def test_words(code, words):
    assert exit_words(code) == words


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_signals_by_name():
    assert exit_words(-signal.SIGKILL) == "was killed (SIGKILL)"
    assert exit_words(-signal.SIGTERM) == "was killed (SIGTERM)"
    assert exit_words(-signal.SIGSEGV) == "ended because the vendor's library crashed (SIGSEGV, memory fault)"
