"""The words that each command takes. Imports hardly anything, because every command line reads it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from pyrolab_gui.wire.names import TAKES_LAB

SUPERVISOR_HELP = "run the supervisor of this computer in the foreground"
INSTALL_HELP = "let the system start the supervisor, when you log on or with the computer"

AddOptions = Callable[[argparse.ArgumentParser], None]


def _up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, nargs="?", help="the lab file (default: the last one opened)"
    )
    _host(parser, "on this PC of the lab, with the lab file that it has (default: the one you sit at)")


def _down(parser: argparse.ArgumentParser) -> None:
    _host(parser)
    _yes(parser)


def _reload(parser: argparse.ArgumentParser) -> None:
    _host(parser)
    _yes(parser)


def _host(parser: argparse.ArgumentParser, text: str = "of this PC of the lab (default: the one you sit at)") -> None:
    parser.add_argument("--host", metavar="HOST", default="", help=text)


def _ps(parser: argparse.ArgumentParser) -> None:
    _host(parser, "of this PC of the lab only (default: all that are known)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--watch", action="store_true", help="again and again, until Ctrl+C")


def _status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME[@HOST]", help="a child such as optics or daemon/optics, or one of its services"
    )
    _host(parser)
    parser.add_argument("--json", action="store_true")


def _names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME[@HOST]", nargs="+", help="a child such as optics or daemon/optics")
    _host(parser)


def _names_and_yes(parser: argparse.ArgumentParser) -> None:
    _names(parser)
    _yes(parser)


def _yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask, whatever it hits")


def _logs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME[@HOST]", help="a child, or one of its services")
    _host(parser)
    parser.add_argument("--follow", action="store_true", help="and all that come, until Ctrl+C")
    parser.add_argument("--lines", metavar="N", type=int, default=200, help="how many (default: %(default)s)")


def _since(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "when", metavar="WHEN", type=_moment, help="FRIDAY-18:00, yesterday, 18:00, 2026-11-20T18:00, 90m, 12h or 3d"
    )
    _host(parser)
    parser.add_argument("--json", action="store_true")


def install_service(parser: argparse.ArgumentParser) -> None:
    """Take the words of ``install-service``."""
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the lab file (default: the last one)")
    parser.add_argument("--at-boot", action="store_true", help="with the computer, without a log-on")
    parser.add_argument("--print", action="store_true", help="show what would be written and run, and do nothing")
    parser.add_argument("--remove", action="store_true", help="let the system not start it any more")


def supervisor(parser: argparse.ArgumentParser) -> None:
    """Add the words of `supervisor`, which is no command to a supervisor."""
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a lab file to bring up")
    parser.add_argument("--detached", action="store_true", help="it ends by itself when nobody needs it any more")
    parser.add_argument(TAKES_LAB, action="store_true", help=argparse.SUPPRESS)  # see supervision.first_lab
    parser.add_argument(
        "--listen", metavar="HOST[:PORT]", default="", help="also for the lab's other PCs, over TLS (see certs)"
    )
    parser.add_argument(
        "--metrics", metavar="HOST[:PORT]", default="", help="serve readings and health as OpenMetrics, in plain HTTP"
    )


def _moment(text: str) -> float:
    import time

    from pyrolab_gui.supervision.when import parse_when

    try:
        return parse_when(text, time.time())
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


COMMANDS: dict[str, tuple[str, AddOptions]] = {
    "up": ("bring a lab up: what its file starts with, under a supervisor", _up),
    "down": ("stop everything that runs under the supervisor; says first what that hits", _down),
    "ps": ("what runs on this computer and the lab's other PCs, and how it is", _ps),
    "status": ("all that is known of one nameserver or daemon", _status),
    "start": ("start nameservers or daemons of the lab", _names),
    "stop": ("stop nameservers or daemons; says first what that hits", _names_and_yes),
    "restart": ("stop and start again; says first what that hits", _names_and_yes),
    "reload": ("apply the edited lab file: only what changed is restarted; says first what that hits", _reload),
    "logs": ("the output of a nameserver or daemon", _logs),
    "since": ("what happened since a moment, what waits, who holds what", _since),
}
