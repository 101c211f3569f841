"""What can be wrong with an entry of the registry, and what can be done about it: the words that code compares.

`network.doctor` finds a cause, `wire.health` tells it; buttons act on the remedy. Limits: names only.
"""

from __future__ import annotations

from enum import StrEnum


class Remedy(StrEnum):
    """What a button does about a fault. `REMEDY_WORDS` has its words."""

    NONE = ""
    START_DAEMON = "start-daemon"
    RESTART_DAEMON = "restart-daemon"
    CHANGE_HOST = "change-host"
    RECONNECT = "reconnect"
    SHOW_CALLS = "show-calls"
    REMOVE_ENTRY = "remove-entry"
    SHOW_OTHER = "show-other"
    USE_TLS = "use-tls"
    USE_PLAIN = "use-plain"
    REGISTER_AGAIN = "register-again"


REMEDY_WORDS = {
    Remedy.NONE: "",
    Remedy.START_DAEMON: "Start its daemon",
    Remedy.RESTART_DAEMON: "Restart",
    Remedy.CHANGE_HOST: "Change its daemon's host",
    Remedy.RECONNECT: "Connect again",
    Remedy.SHOW_CALLS: "Show its last calls",
    Remedy.REMOVE_ENTRY: "Remove this entry",
    Remedy.SHOW_OTHER: "Show the other entry",
    Remedy.USE_TLS: "Install certificates",
    Remedy.USE_PLAIN: "Connect without TLS",
    Remedy.REGISTER_AGAIN: "Register it again",
}


class Cause(StrEnum):
    """Why an entry is as it is, as the doctor found it."""

    WELL = "well"
    SLOW = "slow"
    BAD_ADDRESS = "bad-address"
    UNIX_SOCKET = "unix-socket"
    NO_SUCH_HOST = "no-such-host"
    LOCALHOST_ONLY = "localhost-only"
    NO_ANSWER = "no-answer"
    NO_WAY = "no-way"
    NOTHING_LISTENS = "nothing-listens"
    NOT_PYRO = "not-pyro"
    OTHER_VERSION = "other-version"
    WANTS_TLS = "wants-tls"
    NO_TLS = "no-tls"
    NOT_TRUSTED = "not-trusted"
    REFUSES = "refuses"
    FULL = "full"
    HANGS = "hangs"
    OBJECT_GONE = "object-gone"
    MOVED = "moved"
    RENAMED = "renamed"
    NOT_REGISTERED = "not-registered"
    DUPLICATE = "duplicate"
    CONNECTING = "connecting"
    NOT_ASKED = "not-asked"
    NOT_CONNECTED = "not-connected"
    PORT_IN_USE = "port-in-use"
    CALLS_FAIL = "calls-fail"
