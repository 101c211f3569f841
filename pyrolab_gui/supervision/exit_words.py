"""The exit status of a process in words.

POSIX: Python reports the signal that ended a process as a negative number. Windows: a crash is an NTSTATUS code. A
memory fault is laid to the vendor's library: Python itself does not touch memory that is not there.
"""

from __future__ import annotations

import signal

_LIBRARY = "ended because the vendor's library crashed ({}, memory fault)"
_ACCESS_VIOLATION = 0xC0000005
_MEMORY_SIGNALS = ("SIGSEGV", "SIGBUS")

_CRASHES = {
    "SIGILL": "illegal instruction",
    "SIGFPE": "arithmetic fault",
}
_CRASHES |= {"SIGABRT": "aborted by a library", "SIGTRAP": "trap", "SIGSYS": "bad system call"}

_WINDOWS = {
    0xC000001D: "illegal instruction",
    0xC0000094: "division by zero",
    0xC00000FD: "stack overflow",
    0xC0000135: "a DLL is missing",
    0xC0000139: "a function is missing in a DLL",
    0xC000013A: "Ctrl+C",
    0xC0000142: "a DLL could not be initialized",
    0xC0000374: "damaged memory",
    0xC0000409: "damaged stack",
}


def exit_words(code: int | None) -> str:
    """Return what happened to a process, to follow its name: ``was killed (SIGKILL)``.

    Parameters
    ----------
    code
        As `subprocess.Popen.returncode` gives it; None where it cannot be known.
    """
    if code is None:
        return "ended, its exit status is not known"
    if code < 0 and code >= -64:
        return _signal_words(-code)
    unsigned = code & 0xFFFFFFFF
    if unsigned == _ACCESS_VIOLATION:
        return _LIBRARY.format(f"0x{unsigned:08X}")
    if unsigned >= 0xC0000000:
        reason = _WINDOWS.get(unsigned)
        return f"crashed (0x{unsigned:08X}: {reason})" if reason else f"crashed (0x{unsigned:08X})"
    return f"ended with exit status {code}"


def _signal_words(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"was killed (signal {number})"
    if name in _MEMORY_SIGNALS:
        return _LIBRARY.format(name)
    if name in _CRASHES:
        return f"crashed ({name}: {_CRASHES[name]})"
    return f"was killed ({name})"
