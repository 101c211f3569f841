"""The main of the relay child: opens relays to foreign servers as clients ask for them.

Limits: listens on this computer only; ends by itself when nobody has used it for a while, and is started again by
whoever needs it.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from pyrolab_gui.hosting.relay import Relays, make_relay_object
from pyrolab_gui.hosting.runtime import Child
from pyrolab_gui.hosting.service_host import ServiceHost
from pyrolab_gui.wire.names import DAEMON_OBJECT

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import RelayPlan

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0


def run(plan: RelayPlan) -> int:
    """Serve until somebody asks this process to stop, or nobody needs it; return the exit status."""
    child = Child("relay", plan.name)
    relays = Relays()
    host = ServiceHost({}, host="localhost", port=0, interface=make_relay_object(relays))
    threading.Thread(target=host.requestLoop, name="requests", daemon=True).start()
    child.report("running", uri=str(host.uriFor(DAEMON_OBJECT)))
    log.info("The relay serves at %s", host.locationStr)
    stopping = threading.Event()
    threading.Thread(target=_watch, args=(plan, relays, host, child, stopping), name="idle", daemon=True).start()
    log.info("The relay stops: asked by %s", child.wait_for_stop())
    stopping.set()
    child.report("stopping")
    relays.close()
    child.close()
    return 0


def _watch(plan: RelayPlan, relays: Relays, host: ServiceHost, child: Child, stopping: threading.Event) -> None:
    """Ask for the end when nobody has been connected for long."""
    used = time.monotonic()
    while not stopping.wait(min(_LOOK_SECONDS, plan.idle_seconds)):
        if host.connections or relays.connections:
            used = time.monotonic()
        elif time.monotonic() - used > plan.idle_seconds:
            child.ask_to_stop("nobody uses it")
            return
