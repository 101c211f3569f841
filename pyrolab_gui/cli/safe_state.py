"""The command that brings instruments into their safe state, whoever uses them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyrolab_gui.cli import instruments
from pyrolab_gui.cli.command import Command, say

if TYPE_CHECKING:
    import argparse

_SUPERVISOR_SECONDS = 5.0


def _safe_state(options: argparse.Namespace) -> int:
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.lab import Lab
    from pyrolab_gui.wire import serializers
    from pyrolab_gui.wire.urgent import SAFE_STATE, STOP

    serializers.register()
    identity = Identity.here()
    host, port = instruments.nameserver_address(options, identity)
    role = STOP if options.stop else SAFE_STATE
    with Lab(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", identity=identity) as lab:
        outcomes = lab.safe_state(*options.names, role=role, interrupt=_interrupt)
    if options.json:
        rows = [
            {"name": outcome.name, "sentence": outcome.sentence, **outcome.urgent.to_plain()} for outcome in outcomes
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
    else:
        width = max((len(outcome.name) for outcome in outcomes), default=0)
        for outcome in outcomes:
            say(f"{outcome.name.ljust(width)}  {outcome.sentence}")
    missed = [outcome for outcome in outcomes if not outcome.done and (options.names or not outcome.has_none)]
    return 1 if missed else 0


def _interrupt(location: str, calls: list[dict[str, Any]]) -> str:
    """Have the supervisor of this computer end a daemon that answers nobody."""
    from pyrolab_gui.supervision.remote import RemoteSupervisor

    supervisor = RemoteSupervisor.connect(timeout=_SUPERVISOR_SECONDS)
    try:
        return supervisor.interrupt(location, calls)
    finally:
        supervisor.close(stop_children=False)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help="instruments (default: all that have a safe state)")
    parser.add_argument("--stop", action="store_true", help="call their stop, not their safe state")
    parser.add_argument("--json", action="store_true")
    instruments.nameserver_option(parser)


COMMANDS = {
    "safe-state": Command(
        "bring instruments into their safe state, past queues and locks (no emergency stop)", _safe_state, _options
    )
}
