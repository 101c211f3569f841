"""A real host with real services in a thread of the test, and real proxies to it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from Pyro5 import client, config
from Pyro5.callcontext import current_context

from pyrolab_gui.hosting.daemon_object import make_daemon_object
from pyrolab_gui.hosting.service import FailedService, HostedService
from pyrolab_gui.hosting.service_host import ServiceHost
from pyrolab_gui.wire import arrays, serializers
from pyrolab_gui.wire.child import ServiceStatus
from pyrolab_gui.wire.columns import ANNOTATION, Column, unpack
from pyrolab_gui.wire.host import configure
from pyrolab_gui.wire.names import DAEMON_OBJECT, PART_ANNOTATION, PART_SIZE, hello
from pyrolab_gui.wire.plans import ServicePlan

_CONFIGURED = ("SERVERTYPE", "THREADPOOL_SIZE", "COMMTIMEOUT", "ITER_STREAM_LINGER", "SOCK_NODELAY", "SOCK_REUSE")


class Bench:
    """Services by object id on one host; makes proxies and reads what only clients of ours read."""

    def __init__(self) -> None:
        self.services: dict[str, HostedService | FailedService] = {}
        self.states: list[ServiceStatus] = []
        self._state_changed = threading.Condition()
        self._proxies: list[client.Proxy] = []
        interface = make_daemon_object(self.services, "optics")
        self.host = ServiceHost(self.services, host="127.0.0.1", interface=interface)
        self._thread = threading.Thread(target=self.host.requestLoop, daemon=True)
        self._thread.start()

    def add(self, cls: type, name: str = "laser", mode: str = "single", lease: float = 15.0, **plan: Any) -> Any:
        """Host a class; keywords are fields of its plan, or ``lockable``."""
        lockable = plan.pop("lockable", False)
        service = HostedService(
            ServicePlan(name, name, cls.__module__, cls.__name__, instancemode=mode, **plan),
            cls,
            lockable=lockable,
            on_state=self._on_state,
            lease_seconds=lease,
        )
        return self.register(service)

    def register(self, service: Any) -> Any:
        self.services[service.object_id] = service
        self.host.register(service.facade_class, service.object_id)
        service.start()
        return service

    def proxy(self, name: str = "laser", serializer: str = "msgpack", who: str | None = None) -> Any:
        """Return a proxy; `who` makes it one of ours, which understands arrays."""
        proxy = client.Proxy(f"PYRO:{name}@{self.host.locationStr}")
        proxy._pyroSerializer = serializer
        proxy._pyroTimeout = 10
        if who is not None:
            proxy._pyroHandshake = hello(f"id of {who}", who)
        self._proxies.append(proxy)
        return proxy

    def daemon(self, serializer: str = "msgpack", who: str | None = None) -> Any:
        return self.proxy(DAEMON_OBJECT, serializer, who)

    def decoded(self, proxy: Any, call: Callable[[], Any]) -> Any:
        """Make a call and return its result with arrays, as a client of ours does."""
        value = call()
        annotations = dict(current_context.response_annotations)

        def fetch(handle: str, room: memoryview) -> None:
            for offset in range(0, len(room), PART_SIZE):
                proxy._pyroInvoke("fetch", (handle, offset, PART_SIZE), {}, objectId=DAEMON_OBJECT)
                part = current_context.response_annotations[PART_ANNOTATION]
                room[offset : offset + len(part)] = part

        return arrays.decode(value, annotations, fetch)

    def since(self, daemon: Any, cursors: dict[str, int]) -> dict[str, Column]:
        answer = daemon.since(cursors)
        columns = unpack(answer["columns"], current_context.response_annotations[ANNOTATION])
        return {column.channel: column for column in columns}

    def wait_for_state(self, *states: str, timeout: float = 5.0) -> ServiceStatus:
        """Wait until the newest state is one of these."""
        with self._state_changed:
            found = self._state_changed.wait_for(lambda: bool(self.states) and self.states[-1].state in states, timeout)
        assert found, self.states
        return self.states[-1]

    def close(self) -> None:
        for service in self.services.values():
            service.close()
        for proxy in self._proxies:
            proxy._pyroClaimOwnership()
            proxy._pyroRelease()
        eventually(lambda: self.host.connections == 0)
        self.host.shutdown()
        self._thread.join(5)
        assert not self._thread.is_alive()

    def _on_state(self, status: ServiceStatus) -> None:
        with self._state_changed:
            self.states.append(status)
            self._state_changed.notify_all()


@contextlib.contextmanager
def bench_in_thread() -> Iterator[Bench]:
    """Serve until the end of the block; Pyro5's global settings are put back."""
    before = {name: getattr(config, name) for name in _CONFIGURED}
    configure(threadpool_size=40)
    serializers.register()
    bench = Bench()
    try:
        yield bench
    finally:
        bench.close()
        for name, value in before.items():
            setattr(config, name, value)


def eventually(true: Callable[[], Any], timeout: float = 5.0) -> Any:
    """Wait until something is true and return it."""
    deadline = time.monotonic() + timeout
    while True:
        value = true()
        if value:
            return value
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
