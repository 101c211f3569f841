"""Methods of a service that the host answers itself: PyroLab's ``lock``, ``unlock``, ``islocked``, ``autoconnect``.

Limits: they become methods of the facade class (`hosting.facade`), which Pyro5 calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from Pyro5.callcontext import current_context

from pyrolab_gui.hosting.locks import LOCK_MEMBERS
from pyrolab_gui.hosting.members import AUTOCONNECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.hosting.facade import Facade
    from pyrolab_gui.hosting.locks import ServiceLock
    from pyrolab_gui.hosting.operation import Operation


def host_methods(lock: ServiceLock | None, autoconnect: Operation | None) -> dict[str, Callable[..., Any]]:
    """Return the methods by name.

    Parameters
    ----------
    lock
        None where the service cannot be locked.
    autoconnect
        What that does; None where it is left to the driver.
    """
    methods: dict[str, Callable[..., Any]] = {}
    if lock is not None:

        def take(facade: Facade, user: str = "", purpose: str = "", seconds: float = 0.0) -> bool:
            conn = current_context.client
            lock.seen(conn)
            try:
                lock.check(conn.person)
            except ConnectionRefusedError:
                return False
            mutex = facade._instance.mutex  # noqa: SLF001 - this function is a method of the facade
            mutex.acquire()  # a call of another client that runs is not what the owner of a lock expects
            try:
                who = conn.who if str(user) in ("", conn.who) else f"{user} ({conn.who})"
                return lock.take(conn, who, str(purpose), float(seconds))
            finally:
                mutex.release()

        def release(_facade: Facade) -> bool:
            return lock.release(current_context.client.person)

        def locked(_facade: Facade) -> bool:
            return lock.locked

        methods.update(zip(LOCK_MEMBERS, (take, release, locked), strict=True))
    if autoconnect is not None:

        def connected(facade: Facade, *_args: Any, **_kwargs: Any) -> None:
            facade._instance.run(autoconnect, (), {})  # noqa: SLF001 - as above

        methods[AUTOCONNECT] = connected
    return methods
