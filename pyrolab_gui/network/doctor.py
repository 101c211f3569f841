"""Why an entry of the registry is as it is: the checks, many at once, each on a connection of its own.

All checks run on one thread that never blocks; names of machines are looked up on a few others. Two checks of one
daemon never run at the same time, and only a few of one machine. Limits: an instrument is never asked, and its own
connection never used: what is known of it is what its daemon tells.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pyrolab_gui.network import doctor_local
from pyrolab_gui.network.doctor_findings import Finding, device_in, finding_of, unreachable
from pyrolab_gui.network.doctor_probe import Gates, addresses_of, probe
from pyrolab_gui.network.doctor_seen import Probe
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.network.registry_entry import RegistryEntry, parts
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import Health, ProcessLink
from pyrolab_gui.wire.remedies import Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.trust import Security

_T = TypeVar("_T")

MAX_CONNECTING = 350
"""So many connects at once: dead machines must not keep others waiting."""
MAX_TALKING = 64
_FRESH = 1.0
"""Seconds for which a look at a daemon, a machine or a nameserver serves for the next entry too."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor found.

    `code` is the cause; `sentence` and `remedy` (the words of a button, or empty) are for a person, as `wire.health`
    tells them everywhere; `remedy_key` is what the button does; `detail` the steps of the examination. `other` is the
    name or the address that the sentence speaks of (a duplicate, the new name).
    """

    code: Cause
    sentence: str
    remedy: str = ""
    remedy_key: Remedy = Remedy.NONE
    detail: str = ""
    name: str = ""
    health: Health = Health.UNKNOWN
    other: str = ""


class Doctor:
    """Examines entries.

    Parameters
    ----------
    identity
        Who this client is.
    threads
        So many names of machines are looked up at once.
    per_host
        So many daemons of one machine are examined at once.
    timeout
        Seconds for a connect, and for each answer.
    trust
        Certificates for TLS; None for those of `identity`.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        threads: int = 16,
        per_host: int = 4,
        timeout: float = 3.0,
        trust: Security | None = None,
    ) -> None:
        self._hello: object = identity.hello()
        self._threads, self._per_host = threads, per_host
        self._timeout, self._trust = timeout, trust or identity.trust
        self._lock = threading.Lock()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def examine(
        self,
        entry: RegistryEntry | str,
        name: str = "",
        nameserver: str = "",
        *,
        names: Mapping[str, str] | None = None,
    ) -> Future[Diagnosis]:
        """Begin to examine an entry; returns at once. The future never holds an exception.

        Parameters
        ----------
        entry
            The entry, or its URI.
        name
            What it is registered as; an entry brings its own.
        nameserver
            ``host:port`` of the nameserver that has it; empty where there is none.
        names
            Name -> URI, all that this nameserver knows; None: it is asked.
        """
        uri = entry if isinstance(entry, str) else entry.uri
        name = name or (uri if isinstance(entry, str) else entry.name)
        with self._lock:
            if self._closed:
                ended: Future[Diagnosis] = concurrent.futures.Future()
                ended.cancel()
                return ended
            loop = self._running_loop()
            return asyncio.run_coroutine_threadsafe(self._examine(uri, name, nameserver, names), loop)

    def close(self) -> None:
        """End; returns at once (see `join`). The futures of what is still examined are cancelled."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)

    def join(self, timeout: float) -> bool:
        """Wait for the end of a closed doctor; return whether it came."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._looking = asyncio.Semaphore(self._threads)
            self._gates = Gates(_connects(), MAX_TALKING)
            self._hosts: dict[str, asyncio.Semaphore] = {}
            self._dark: dict[str, tuple[float, str]] = {}
            self._shared: dict[object, asyncio.Task[Any]] = {}
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name="doctor", daemon=True)
            self._thread.start()
        return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()

    # -- on its thread -----------------------------------------------------------------------------------------------

    async def _examine(self, uri: str, name: str, nameserver: str, names: Mapping[str, str] | None) -> Diagnosis:
        steps: list[str] = [f"entry {name}: {uri}"]
        try:
            finding = await self._finding(uri, name, nameserver, names, steps)
        except Exception as error:  # noqa: BLE001 - a doctor that fails must say so, not raise where nobody looks
            return Diagnosis(Cause.NO_WAY, f"{name} could not be examined: {error}.", detail=repr(error), name=name)
        verdict = finding.verdict(name)
        detail = "\n".join((*steps, finding.detail)).strip()
        return Diagnosis(
            finding.cause,
            verdict.sentence,
            verdict.remedy,
            verdict.remedy_key,
            detail,
            name,
            verdict.health,
            finding.other,
        )

    async def _finding(
        self, uri: str, name: str, nameserver: str, names: Mapping[str, str] | None, steps: list[str]
    ) -> Finding:
        _, host, port = parts(uri)
        if not port:
            if "@./u:" in uri:
                reason = "it is on a Unix socket, which only programs on its own machine reach"
                return Finding(Cause.UNIX_SOCKET, ProcessLink.UNKNOWN, reason=reason)
            return unreachable(Cause.BAD_ADDRESS, f"“{uri}” is not the address of an object")
        if names is None and nameserver:
            names = await self._phonebook(nameserver, steps)
        seen: Probe = await self._once((host, port), partial(self._look, host, port))
        steps.extend(seen.steps)
        finding = finding_of(uri, name, seen, names)
        if doctor_local.is_loopback(host) and nameserver:
            finding = await self._seen_from_elsewhere(finding, host, nameserver, steps)
        if finding.cause is Cause.HANGS and doctor_local.is_loopback(host):
            finding = await self._in_thread(partial(doctor_local.with_process, finding, port))
        if finding.cause is Cause.PORT_IN_USE and (device := device_in(finding.reason)):
            pid = (seen.status or {}).get("pid")
            finding = await self._in_thread(partial(doctor_local.with_holder, finding, host, device, pid))
        return finding

    async def _look(self, host: str, port: int) -> Probe:
        """Look at one daemon; never more than a few of one machine."""
        seen = Probe(host, port)
        try:
            addresses = await self._once(host, partial(self._addresses, host))
        except TimeoutError:
            return seen.failed(Cause.NO_SUCH_HOST, f"nobody answers which machine {host} is (the name service is slow)")
        except OSError as error:
            return seen.failed(Cause.NO_SUCH_HOST, f"no machine is known by the name {host}", f"{host}: {error}")
        async with self._hosts.setdefault(host, asyncio.Semaphore(self._per_host)):
            until, reason = self._dark.get(host, (0.0, ""))
            if time.monotonic() < until:
                return seen.failed(
                    Cause.NO_ANSWER, reason, "another daemon of this machine did not answer a moment ago"
                )
            seen = await probe(
                host,
                port,
                addresses,
                limit=self._timeout,
                hello=self._hello,
                trust=self._trust,
                gates=self._gates,
            )
            if seen.cause is Cause.NO_ANSWER:
                self._dark[host] = (time.monotonic() + self._timeout, seen.reason)
            return seen

    async def _addresses(self, host: str) -> list[str]:
        if host == "localhost" or doctor_local.is_number(host):
            return addresses_of(host)
        async with asyncio.timeout(2 * self._timeout):
            return await self._in_thread(partial(addresses_of, host))

    async def _phonebook(self, nameserver: str, steps: list[str]) -> Mapping[str, str] | None:
        host, _, port = nameserver.rpartition(":")

        def ask() -> dict[str, str]:
            listed = list_entries(host, int(port), timeout=self._timeout, trust=self._trust)
            return {name: uri for name, (uri, _) in listed.items()}

        try:
            known: dict[str, str] = await self._once(nameserver, lambda: self._in_thread(ask))
        except (LabError, ValueError) as error:
            steps.append(f"the nameserver {nameserver} could not be asked: {error}")
            return None
        return known

    async def _seen_from_elsewhere(self, finding: Finding, host: str, nameserver: str, steps: list[str]) -> Finding:
        """Say of an entry with this machine's own address what it is worth where its nameserver is another machine."""
        at = nameserver.rpartition(":")[0]
        try:
            here = await self._once(("here", at), lambda: self._in_thread(partial(doctor_local.is_this_machine, at)))
        except OSError as error:
            steps.append(f"the nameserver's machine {at} is not known: {error}")
            return finding
        return finding if here else doctor_local.only_on_its_machine(finding, host)

    async def _once(self, key: object, run: Callable[[], Any]) -> Any:
        """Return what a coroutine gives that runs once for all who ask at the same time, or shortly after."""
        task = self._shared.get(key)
        if task is None:
            task = asyncio.ensure_future(run())
            self._shared[key] = task
            loop = asyncio.get_running_loop()
            task.add_done_callback(lambda _: loop.call_later(_FRESH, self._shared.pop, key, None))
        return await asyncio.shield(task)

    async def _in_thread(self, run: Callable[[], _T]) -> _T:
        """Run what blocks on a thread of its own, so many at once; one that hangs holds nobody up at the end."""
        async with self._looking:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[_T] = loop.create_future()

            def deliver(result: _T | None, error: Exception | None) -> None:
                if answer.done():
                    return
                if error is not None:
                    answer.set_exception(error)
                else:
                    answer.set_result(result)  # type: ignore[arg-type]

            def work() -> None:
                result, error = None, None
                try:
                    result = run()
                except Exception as raised:  # noqa: BLE001 - handed over
                    error = raised
                with contextlib.suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(deliver, result, error)

            threading.Thread(target=work, name="doctor looks up", daemon=True).start()
            return await answer


def _connects() -> int:
    """Return how many connects there may be at once: most systems let a process have 1,024 files, some 256."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MAX_CONNECTING
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTING if soft == resource.RLIM_INFINITY else min(MAX_CONNECTING, soft * 3 // 8)
