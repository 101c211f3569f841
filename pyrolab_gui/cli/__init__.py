"""The commands: parses what was typed, and hands over to the layer that does it.

Exit status 0 = done, 1 = the thing asked for is not so (one sentence on stderr), 2 = wrong usage. Everything that a
command needs is imported by that command alone. Limits: nothing here but parsing, printing and choosing; children
that a supervisor starts do not come this way (`__main__`).
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.cli.command import Command

_WITH_A_LOG = frozenset(("nameserver", "daemon", "supervisor"))
"""Commands that nobody sits at: what went wrong is looked up in what they wrote."""


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    arguments = list(argv)
    known = commands(arguments[0] if arguments else "")
    if not arguments or (arguments[0] not in known and arguments[0] not in ("-h", "--help", "--version")):
        arguments.insert(0, "window")
    options = _parser(known).parse_args(arguments)
    try:
        return known[options.command].run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` has seen enough; the interpreter's own flush at the end must not fail too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        # Those of wire.errors and model.problems have both.
        sentence, detail = getattr(error, "sentence", None), getattr(error, "detail", "")
        if sentence is None:
            if options.details or options.command in _WITH_A_LOG:
                raise
            sentence = f"{options.command} failed by a mistake in this program: {type(error).__name__}: {error}"
            if isinstance(error, OSError) and error.strerror:  # a folder, the disk, the network: no mistake of ours
                where = f" ({error.filename})" if error.filename else ""
                sentence = f"{options.command} could not be done: {error.strerror}{where}."
            print(f"{sentence}\nThe same command with --details says where.", file=sys.stderr)
            return 1
        if options.details and detail:
            print(detail.rstrip(), file=sys.stderr)
        print(sentence, file=sys.stderr)
        return 1


def commands(typed: str = "") -> dict[str, Command]:
    """Return the commands; where one of supervision is `typed`, that one alone: it need not wait for all others."""
    from pyrolab_gui.cli import supervision

    if typed in supervision.COMMANDS:
        return {typed: supervision.COMMANDS[typed]}
    from pyrolab_gui.cli import alarms, certs, children, drivers, instruments, labs, recording, safe_state, window

    return {
        **window.COMMANDS,
        **supervision.COMMANDS,
        **children.COMMANDS,
        **labs.COMMANDS,
        **drivers.COMMANDS,
        **instruments.COMMANDS,
        **safe_state.COMMANDS,
        **recording.COMMANDS,
        **alarms.COMMANDS,
        **certs.COMMANDS,
    }


def _parser(known: dict[str, Command]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pyrolab-gui", description="See, host, supervise, drive and plot instruments over Pyro5."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    words = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, entry in known.items():
        text = entry.help[:1].upper() + entry.help[1:] + "."
        command = words.add_parser(name, help=entry.help, description=text)
        entry.add_options(command)
        command.add_argument("--details", action="store_true", help="print what stands behind an error")
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that takes as long as the rest of the parsing."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from pyrolab_gui.supervision.version import version

        parser.exit(message=f"{version()}\n")
