"""One look at a daemon from outside: is there such a machine, does something listen, is it Pyro5, what does it host.

A coroutine that never blocks; it tries the ways in which a daemon may be spoken to, each on a connection of its own
(`doctor_talk`). Limits: what it cannot tell apart (a process that hangs, a stranger that stays silent) it calls by both
names.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

from pyrolab_gui.network.connect import PLAIN_HELLO
from pyrolab_gui.network.doctor_seen import Ended, Insecure, Probe, Silent, SpeaksTls
from pyrolab_gui.network.doctor_talk import Talk
from pyrolab_gui.network.tls_faults import TlsCause
from pyrolab_gui.network.ways import Ways
from pyrolab_gui.wire.remedies import Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.network.trust import Security, Trust

_OF_TLS = {TlsCause.WANTS_TLS: Cause.WANTS_TLS, TlsCause.NO_TLS: Cause.NO_TLS}
"""All other faults are of certificates that are not believed."""
_BEGINNING = 32
"""With those that talk fewer than the 100 connections that wait in a daemon's queue while it is busy."""
_SOON = 0.05
"""Seconds within which a machine that is there takes a connection."""


class Gates:
    """How many probes begin to connect, wait for a machine, and talk, at the same time.

    Dead machines keep a connect waiting for long, and cost nothing; a conversation costs, and is soon over. Few begin
    at once, and who has a connection at once keeps its place there until it may talk: many names may stand for one
    daemon, which takes only so many connections in one moment, and waits for a greeting some seconds only.
    """

    def __init__(self, waiting: int, talking: int) -> None:
        self.waiting = asyncio.Semaphore(waiting)
        self.beginning = asyncio.Semaphore(min(waiting, _BEGINNING))
        self.talking = asyncio.Semaphore(talking)


async def probe(
    host: str, port: int, addresses: Sequence[str], *, limit: float, hello: object, trust: Security | None, gates: Gates
) -> Probe:
    """Look at the daemon at `host`:`port`.

    Parameters
    ----------
    host, port
        As its entry says.
    addresses
        What the host's name stands for.
    limit
        Seconds for the connect, and for each answer.
    hello
        Our handshake.
    trust
        Certificates; None for plain connections alone.
    gates
        Shared by all probes.
    """
    seen = Probe(host, port)
    ways = Ways(trust, host, port)
    with contextlib.suppress(Ended):
        while ways.left:
            try:
                await _converse(seen, addresses, limit, hello, ways.way, gates)
            except SpeaksTls:
                ways.is_strange(alert=True)
            except Insecure as error:
                seen.steps.append(error.fault.reason)
                ways.fails(error.fault)
            else:
                ways.fits()
                return seen
        if ways.fault is not None:
            seen.failed(_OF_TLS.get(ways.fault.cause, Cause.NOT_TRUSTED), ways.fault.reason)
    return seen


async def _converse(
    seen: Probe, addresses: Sequence[str], limit: float, hello: object, way: Trust | None, gates: Gates
) -> None:
    """Talk with it in one way: in plain text, or with these certificates."""
    for greeting in (hello, PLAIN_HELLO):
        last = greeting == PLAIN_HELLO
        try:
            met = await _meet(Talk(seen, limit, way), addresses, greeting, gates, last=last, patient=True)
        except Silent:
            seen.steps.append("it closes the connection without a word, and is tried once more")
            met = await _meet(Talk(seen, limit, way), addresses, greeting, gates, last=last, patient=False)
        if met:
            return


async def _meet(
    talk: Talk, addresses: Sequence[str], greeting: object, gates: Gates, *, last: bool, patient: bool
) -> bool:
    """Connect, greet and ask; return whether it let us in. Silence is final where we are not `patient`."""
    try:
        await _connect(talk, addresses, gates)
        try:
            met = await talk.greet(greeting, last=last, patient=patient)
            if met:
                await talk.ask()
            return met
        finally:
            gates.talking.release()
    finally:
        await talk.close()


async def _connect(talk: Talk, addresses: Sequence[str], gates: Gates) -> None:
    """Connect, and wait until it may talk; whoever calls gives the place among those that talk back."""
    async with gates.waiting:
        async with gates.beginning:
            connecting = asyncio.ensure_future(talk.connect(addresses))
            try:
                await asyncio.wait([connecting], timeout=_SOON)
            except asyncio.CancelledError:
                connecting.cancel()
                raise
            if connecting.done():
                connecting.result()
                await gates.talking.acquire()
                return
        await connecting
        await gates.talking.acquire()


def addresses_of(host: str) -> list[str]:
    """Return the addresses that a name of a machine stands for, IPv4 first. Blocks.

    Raises
    ------
    OSError
        If no such machine is known.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    return list(dict.fromkeys(str(info[4][0]) for info in found))
