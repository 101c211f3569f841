"""Keeps the names of a daemon in its nameservers, as long as the daemon runs.

One thread per nameserver registers, looks every two seconds whether the entries are still there (a nameserver may be
away, come back empty, or lose an entry), and takes them out on a clean stop. A name that another, answering object
holds is left to it and reported; one whose object is gone is taken over. Limits: a nameserver has no transactions, so
two daemons that claim one name at the same moment may both believe for two seconds that they have it.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.names import NAMESERVER_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyrolab_gui.network.trust import Trust
    from pyrolab_gui.wire.plans import NameserverAddress

CHECK_SECONDS = 2.0
FIRST_RETRY_SECONDS = 0.2
TIMEOUT = 2.0
GRACE_SECONDS = 2.0
"""A nameserver that is away for less is no news: it may be starting."""

log = logging.getLogger(__name__)


class Entry(NamedTuple):
    """What stands in the phonebook."""

    name: str
    uri: str
    metadata: tuple[str, ...] = ()


class Registrar:
    """Registers entries with nameservers.

    Parameters
    ----------
    entries
        For each nameserver what it is to know.
    on_problem
        Called when what is wrong changes, with one sentence, or an empty string when all is registered. Called on
        threads of the registrar.
    """

    def __init__(self, entries: Mapping[NameserverAddress, Sequence[Entry]], on_problem: Callable[[str], None]) -> None:
        self._on_problem = on_problem
        self._lock = threading.Lock()
        self._problems: dict[str, str] = {}
        self._said = ""
        self._keepers = [_Keeper(address, tuple(wanted), self._report) for address, wanted in entries.items() if wanted]

    def start(self) -> None:
        """Begin to register; returns at once."""
        for keeper in self._keepers:
            keeper.thread.start()

    def close(self, timeout: float = 1.0) -> None:
        """Take the entries out where that is possible in time, and end."""
        deadline = time.monotonic() + timeout
        for keeper in self._keepers:
            keeper.stop()
        for keeper in self._keepers:
            keeper.thread.join(max(0.0, deadline - time.monotonic()))

    def _report(self, nameserver: str, problem: str) -> None:
        with self._lock:
            self._problems[nameserver] = problem
            now = " ".join(text for text in self._problems.values() if text)
            if now == self._said:
                return
            self._said = now
        self._on_problem(now)


class _Keeper:
    """Looks after the entries in one nameserver."""

    def __init__(
        self, address: NameserverAddress, entries: tuple[Entry, ...], report: Callable[[str, str], None]
    ) -> None:
        self._address = address
        self._entries = entries
        self._report = report
        self._proxy: Any = None
        self._away_since: float | None = None
        self._known: set[str] = set()
        self._stopped = threading.Event()
        self._wake_end, self._wake = socket.socketpair()
        self.thread = threading.Thread(target=self._run, name=f"registration {address.name}", daemon=True)

    def stop(self) -> None:
        """Ask the thread to take the entries out and to end."""
        self._stopped.set()
        with contextlib.suppress(OSError):  # closed: the thread has ended
            self._wake.send(b"!")

    def _run(self) -> None:
        delay = FIRST_RETRY_SECONDS
        while not self._stopped.is_set():
            try:
                problems = self._check()
            except Exception as error:  # noqa: BLE001 - whatever a nameserver answers, the next try comes
                delay = FIRST_RETRY_SECONDS if self._away_since is None else min(delay * 1.6, CHECK_SECONDS)
                self._lost(error)
            else:
                delay = CHECK_SECONDS
                self._away_since = None
                self._report(self._address.name, " ".join(problems))
            self._wait(delay)
        self._deregister()
        self._wake.close()
        self._wake_end.close()

    def _wait(self, delay: float) -> None:
        """Wait for the next look, the stop or the nameserver's end."""
        sockets = [self._wake_end]
        if self._proxy is not None:
            sockets.append(self._proxy._pyroConnection.sock)  # noqa: SLF001 - nothing public tells of its end
        select.select(sockets, [], [], delay)

    def _check(self) -> list[str]:
        """Make the nameserver know every entry; return what is in the way."""
        proxy = self._connected()
        contested = []
        for entry in self._entries:
            held = _lookup(proxy, entry.name)
            if held == entry.uri:
                self._known.add(entry.name)
            elif held:
                contested.append((entry, held))
            else:
                self._register(proxy, entry)
        problems = []
        for entry, held in contested:  # after the others: asking may take a while
            if _answers(held, entry.uri, self._trust()):
                self._known.discard(entry.name)
                problems.append(f"The name {entry.name} is taken by {held}.")
            else:
                self._register(proxy, entry)
        return problems

    def _register(self, proxy: Any, entry: Entry) -> None:
        proxy.register(entry.name, entry.uri, safe=False, metadata=sorted(entry.metadata))
        again = " again" if entry.name in self._known else ""
        log.info("Registered%s as %s with nameserver %s", again, entry.name, self._where())
        self._known.add(entry.name)

    def _connected(self) -> Any:
        if self._proxy is None:
            from pyrolab_gui.network.connect import open_proxy

            uri = f"PYRO:{NAMESERVER_OBJECT}@{_bracketed(self._address.host)}:{self._address.port}"
            # Every nameserver has serpent; PyroLab's own has no msgpack.
            self._proxy = open_proxy(uri, timeout=TIMEOUT, serializer="serpent", trust=self._trust())
        return self._proxy

    def _lost(self, error: Exception) -> None:
        self._drop()
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
            log.warning("Nameserver %s is away: %s", self._where(), error)
        if now - self._away_since >= GRACE_SECONDS:
            reason = error.sentence if isinstance(error, LabError) else str(error)
            self._report(self._address.name, f"Not registered with nameserver {self._where()}: {reason}")

    def _deregister(self) -> None:
        if not self._known:
            return
        try:
            proxy = self._connected()
            for entry in self._entries:
                if _lookup(proxy, entry.name) == entry.uri:
                    proxy.remove(entry.name)
        except Exception as error:  # noqa: BLE001 - an entry that stays is overwritten by the next start
            log.warning("Could not take the names out of nameserver %s: %s", self._where(), error)
        self._drop()

    def _drop(self) -> None:
        if self._proxy is not None:
            self._proxy._pyroRelease()  # noqa: SLF001 - Pyro5's public name for closing
            self._proxy = None

    def _trust(self) -> Trust | None:
        from pyrolab_gui.network.trust import Trust

        return Trust.of_address(self._address)

    def _where(self) -> str:
        return f"{self._address.name} ({self._address.host}:{self._address.port})"


def _lookup(proxy: Any, name: str) -> str:
    from Pyro5.errors import NamingError

    try:
        return str(proxy.lookup(name))
    except NamingError:
        return ""


def _answers(held: str, own: str, trust: Trust | None) -> bool:
    """Whether the object at `held` is there, and is not one of the process at `own`."""
    from Pyro5 import core

    from pyrolab_gui.network.connect import open_proxy
    from pyrolab_gui.network.trust import Trusts
    from pyrolab_gui.wire.errors import NotSecure

    try:
        theirs, ours = core.URI(held), core.URI(own)
        if not theirs.sockname and theirs.port == ours.port and _addresses(theirs.host) & _addresses(ours.host):
            return False
        open_proxy(held, timeout=TIMEOUT, serializer="serpent", trust=Trusts.of(trust))._pyroRelease()  # noqa: SLF001
    except NotSecure:
        return True  # it is there, and does not let this daemon in
    except Exception:  # noqa: BLE001 - whatever is wrong there, nobody is served by that entry
        return False
    return True


def _addresses(host: str) -> set[str]:
    try:
        return {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return {host}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
