"""The commands on instruments: what they can do, which there are, what ails them, and a call."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.cli.command import Command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from pyrolab_gui.network.identity import Identity

_KEYWORD = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_CALL_SECONDS = 120.0
_LIST_SECONDS = 6.0


def _describe(options: argparse.Namespace) -> int:
    from pyrolab_gui.wire.description import to_plain

    module, colon, classname = options.what.partition(":")
    if colon:
        from pyrolab_gui.hosting.describe import describe
        from pyrolab_gui.hosting.service import load_class

        sys.path.insert(0, "")  # as with `python -m`: the folder that one is in
        plain = to_plain(describe(load_class(module, classname)))
    else:
        plain = to_plain(_reach(options, lambda instrument: instrument.describe().result(_LIST_SECONDS)))
    print(json.dumps(plain, indent=2, ensure_ascii=False, default=str))
    return 0


def _list(options: argparse.Namespace) -> int:
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.listing import list_with_health

    identity = Identity.here()
    where = nameserver_address(options, identity)
    rows = list_with_health(*where, pattern=options.pattern, timeout=_LIST_SECONDS, identity=identity)
    if options.health:
        from pyrolab_gui.network.examination import examine

        found = {row["name"]: row for row in examine(*where, pattern=options.pattern, identity=identity)}
        for row in rows:
            if known := found.get(row["name"]):
                row.update(health=known["health"], reason=known["sentence"], remedy=known["remedy"])
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        table = [(row["name"], row["uri"], row["health"], row["reason"]) for row in rows]
        widths = [max((len(line[column]) for line in table), default=0) for column in range(3)]
        for line in table:
            print("  ".join((*(line[i].ljust(widths[i]) for i in range(3)), line[3])).rstrip())
    return 0 if rows or options.pattern is None else 1


def _doctor(options: argparse.Namespace) -> int:
    from pyrolab_gui.network import examination

    rows = examination.worst_first(_examined(options))
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for row in rows:
            print(row["sentence"] + (f" → {row['remedy']}" if row["remedy"] else ""))
            if options.details:
                print("    " + row["detail"].replace("\n", "\n    "))
    return 1 if any(map(examination.is_fault, rows)) else 0


def _call(options: argparse.Namespace) -> int:
    args, kwargs = read_arguments(options.arguments)

    def ask(instrument: Any) -> Any:
        from pyrolab_gui.wire.errors import BadArgument

        description = instrument.describe().result(_LIST_SECONDS)
        if description.lockable and options.member == "islocked":  # the daemon's word, not the driver's
            return instrument.call("islocked", args, kwargs, timeout=options.timeout).result()
        try:
            member = description.member(options.member)
        except KeyError:
            if not description.members:
                _raise_fault(options)
            members = ", ".join(member.name for member in description.members) or "none"
            raise BadArgument(f"{options.name} has no member {options.member}; it has: {members}.") from None
        if member.kind == "method":
            return instrument.call(member.name, args, kwargs, timeout=options.timeout).result()
        if kwargs or len(args) > 1:
            raise BadArgument(f"{member.name} is a property: give nothing to read it, or one value to set it.")
        return instrument.set(member.name, args[0]).result() if args else instrument.get(member.name).result()

    result = _reach(options, ask)
    result = result.tolist() if hasattr(result, "tolist") else result
    print(json.dumps(result, ensure_ascii=False, default=str) if options.json else repr(result))
    return 0


def _raise_fault(options: argparse.Namespace) -> None:
    """Say what is wrong with an instrument that has nothing to call: its class could not be loaded, for example."""
    from pyrolab_gui.network import examination
    from pyrolab_gui.wire.errors import Unreachable

    for row in _examined(options):
        if examination.is_fault(row):
            raise Unreachable(row["sentence"], row["detail"])


def _examined(options: argparse.Namespace) -> list[dict[str, Any]]:
    from pyrolab_gui.network.examination import examine
    from pyrolab_gui.network.identity import Identity

    identity = Identity.here()
    return examine(*nameserver_address(options, identity), options.name, identity=identity)


def _reach(options: argparse.Namespace, ask: Callable[[Any], Any]) -> Any:
    """Ask the instrument that a nameserver knows by its name."""
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.network.nameserver import lookup
    from pyrolab_gui.wire import serializers

    serializers.register()
    name = options.what if options.command == "describe" else options.name
    identity = Identity.here()
    uri = lookup(*nameserver_address(options, identity), name, trust=identity.trust)
    instrument = Instrument(uri, name, identity)
    try:
        return ask(instrument)
    finally:
        instrument.close()


def nameserver_address(options: argparse.Namespace, identity: Identity) -> tuple[str, int]:
    """Return host and port of the nameserver that is meant; `identity` learns the certificates of its lab file."""
    if options.nameserver is not None:
        from pyrolab_gui.network.lab import split_address

        return split_address(options.nameserver)
    from pyrolab_gui.supervision.current_lab import nameserver_of

    return nameserver_of(options.config, identity.trust)


def read_arguments(words: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """Read the arguments of a call: Python literals, ``name=value`` for keywords; any other word is a string."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for word in words:
        keyword = _KEYWORD.fullmatch(word)
        if keyword:
            kwargs[keyword[1]] = _literal(keyword[2])
        else:
            args.append(_literal(word))
    return args, kwargs


def _literal(word: str) -> Any:
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return word


def nameserver_option(parser: argparse.ArgumentParser) -> None:
    """Let the user say which nameserver is meant."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--nameserver", metavar="HOST[:PORT]", help="(default: the first one of the lab)")
    which.add_argument(
        "--config", metavar="FILE", type=Path, help="the lab file (default: the one that is open, or was open last)"
    )


def _describe_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="MODULE:CLASS|NAME", help="a class, or the name of a running instrument")
    nameserver_option(parser)


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pattern", metavar="PATTERN", nargs="?", help="a part of the name, or with * and ?")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--health", action="store_true", help="examine each as the doctor does, and say why")
    nameserver_option(parser)


def _doctor_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="the name or URI of an instrument; all if none is given"
    )
    parser.add_argument("--json", action="store_true")
    nameserver_option(parser)


def _call_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("member", metavar="MEMBER", help="a method, or a property to read or set")
    parser.add_argument("arguments", metavar="ARG", nargs="*", help="a Python literal, or name=value")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--timeout", metavar="S", type=float, default=_CALL_SECONDS, help="(default: %(default)s s)")
    nameserver_option(parser)


COMMANDS = {
    "describe": Command("what an instrument can do, as JSON", _describe, _describe_options),
    "list": Command("the instruments that a nameserver knows, and how they are", _list, _list_options),
    "doctor": Command("why an instrument cannot be reached, and what to do about it", _doctor, _doctor_options),
    "call": Command("call a method of an instrument; read or set a property", _call, _call_options),
}
