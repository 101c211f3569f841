"""The readings and the health of this computer as OpenMetrics, for Prometheus: one page over HTTP, read-only.

Off unless the supervisor's settings say ``metrics = "HOST:PORT"``. What is shown is asked when it is asked for: the
newest readings that each daemon samples (the lab file's `sampling`), the state of each child, instrument and alarm.
Limits: plain HTTP, so it listens on this computer unless told otherwise; needs the extra *metrics*; asks no instrument.
"""

from __future__ import annotations

import http.server
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.wire import names
from pyrolab_gui.wire.alarms import LEVELS, AlarmStatus
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyrolab_gui.network.trust import Trusts
    from pyrolab_gui.supervision.api import SupervisorApi

SECONDS = 1.0
_AT_ONCE = 16

logger = logging.getLogger(__name__)


class Metrics:
    """Serves the page.

    Parameters
    ----------
    supervisor
        Whose children are told of.
    host, port
        Where it listens; port 0 picks one.
    trust
        Certificates for daemons that speak TLS.

    Raises
    ------
    LabError
        If `prometheus_client` is not installed, or the port cannot be used.
    """

    def __init__(self, supervisor: SupervisorApi, host: str, port: int, trust: Trusts | None = None) -> None:
        try:
            from prometheus_client import CollectorRegistry
            from prometheus_client.openmetrics import exposition
        except ImportError as error:
            raise LabError(
                "The end point for metrics needs prometheus-client: install pyrolab-gui[metrics].", str(error)
            ) from error
        registry = CollectorRegistry(auto_describe=False)
        page: Callable[[CollectorRegistry], bytes] = exposition.generate_latest
        registry.register(_Collector(supervisor, trust))

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = 5.0

            def do_GET(self) -> None:
                if self.path.partition("?")[0] not in ("/", "/metrics"):
                    self.send_error(404)
                    return
                body = page(registry)
                self.send_response(200)
                self.send_header("Content-Type", exposition.CONTENT_TYPE_LATEST)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing of each question."""

        try:
            self._server = http.server.ThreadingHTTPServer((host, port), Handler)
        except (OSError, OverflowError) as error:
            raise LabError(f"Metrics cannot be served at {host}:{port}: {error}.", str(error)) from error
        self._server.daemon_threads = True
        self.address = f"{host}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)
        self._thread.start()
        logger.info("metrics at http://%s/metrics", self.address)

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(2.0)


class _Collector:
    """Makes the page's families anew for each question."""

    def __init__(self, supervisor: SupervisorApi, trust: Trusts | None) -> None:
        self._supervisor, self._trust = supervisor, trust

    def collect(self) -> Iterator[Any]:
        """Return all families."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        statuses = self._supervisor.statuses()
        child = ["kind", "name"]
        up = GaugeMetricFamily("pyrolab_child_up", "Whether a child process runs and answers.", labels=child)
        restarts = CounterMetricFamily("pyrolab_child_restarts", "How often it was started again.", labels=child)
        started = GaugeMetricFamily("pyrolab_child_started_seconds", "When its process began (UTC).", labels=child)
        instrument = ["daemon", "instrument"]
        link = GaugeMetricFamily(
            "pyrolab_instrument_connected", "Whether a driver has its instrument.", labels=instrument
        )
        raised = GaugeMetricFamily("pyrolab_alarm_level", "0 well, 1 warning, 2 alarm.", labels=["alarm", "reading"])
        seen = GaugeMetricFamily(
            "pyrolab_alarm_acknowledged", "Whether somebody has seen it.", labels=["alarm", "reading"]
        )
        for status in statuses:
            place = [str(status.kind), status.name]
            up.add_metric(place, float(status.state is ChildState.RUNNING))
            restarts.add_metric(place, status.restarts)
            if status.started:
                started.add_metric(place, status.started)
            for service in status.services:
                if status.kind is ChildKind.DAEMON:
                    link.add_metric([status.name, service.name], float(service.state == "connected"))
                elif (alarm := AlarmStatus.from_text(service.detail)) is not None:
                    reading = [alarm.name, alarm.reading]
                    raised.add_metric(reading, float(LEVELS.index(alarm.level) if alarm.state.raised else 0))
                    seen.add_metric(reading, float(bool(alarm.acknowledged)))
        value = GaugeMetricFamily(
            "pyrolab_reading", "The newest fresh value of a sampled reading.", labels=["instrument", "member", "unit"]
        )
        running = [one for one in statuses if one.kind is ChildKind.DAEMON and one.state is ChildState.RUNNING]
        with ThreadPoolExecutor(_AT_ONCE, "metrics") as pool:
            for found in pool.map(self._readings, running):
                for name, told in found:
                    number = told.get("value")
                    if isinstance(number, int | float):
                        labels = [name, str(told.get("member")), str(told.get("unit") or "")]
                        value.add_metric(labels, float(number))
        yield from (up, restarts, started, link, value, raised, seen)

    def describe(self) -> list[Any]:
        """Return nothing: what there is differs from question to question."""
        return []

    def _readings(self, status: ChildStatus) -> list[tuple[str, dict[str, Any]]]:
        """Return the fresh readings of a daemon; nothing where it does not answer in time."""
        hello = names.hello("supervisor", names.SUPERVISOR, arrays=False)
        try:
            with open_proxy(status.uri, timeout=SECONDS, hello=hello, trust=self._trust) as proxy:
                said = proxy.status()
            return [(str(one["name"]), reading) for one in said["services"] for reading in one.get("readings") or ()]
        except Exception:  # whatever the daemon answers, the others are told
            logger.debug("no readings of %s", status.name, exc_info=True)
            return []
