"""The main of a child that does one thing with drivers, for somebody who must not import them, and ends.

It reads a request as JSON from its input, and writes news and the answer as lines of JSON: what drivers there are,
what one needs, what it finds by itself, whether it connects. What a driver prints goes to the error output. Limits: one
request; it has no time limit of its own (whoever started it ends it), and nothing is left open behind it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from pyrolab_gui.wire.errors import ConfigInvalid, LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READINGS = 3
_LONGEST = 200
_IMPORTING = "while it imported the driver"


def run() -> NoReturn:
    """Answer the request on the standard input; the exit status is 0 where there is an answer, good or bad."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.read())
    sys.path[:0] = [path for path in request.get("search_paths", ()) if path not in sys.path]

    def say(**news: Any) -> None:
        print(json.dumps(news, default=str), file=out, flush=True)

    try:
        answer = _ACTS[request["do"]](request, say)
    except LabError as error:
        answer = {"error": error.sentence, "detail": error.detail}
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a driver may raise anything
        from pyrolab_gui.hosting.failures import reason_of

        reason = reason_of(error)
        answer = {"error": f"{reason[:1].upper()}{reason[1:]}.", "detail": "".join(traceback.format_exception(error))}
    say(answer=answer)
    out.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads that a driver left behind must not keep it


def _catalogue(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    from pyrolab_gui.hosting.driver_files import all_drivers

    found: list[dict[str, Any]] = []
    told = time.monotonic()
    for driver in all_drivers(request.get("search_paths", ())):
        found.append(driver.to_plain())
        if time.monotonic() - told > 0.2:
            say(drivers=found)
            found, told = [], time.monotonic()
    return {"drivers": found}


def _import(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    from pyrolab_gui.hosting.loading import load_class

    say(stage=_IMPORTING)
    load_class(request["module"], request["classname"])
    return {}


def _describe(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    from pyrolab_gui.hosting.driver_needs import needs_of
    from pyrolab_gui.hosting.loading import load_class

    say(stage=_IMPORTING)
    return needs_of(load_class(request["module"], request["classname"]))


def _service(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    """Describe the first service of a daemon as that daemon would."""
    from pyrolab_gui.hosting.describe import describe
    from pyrolab_gui.hosting.loading import load_class
    from pyrolab_gui.wire.description import to_plain
    from pyrolab_gui.wire.plans import daemon_from_plain

    plan = daemon_from_plain(request["daemon"]).services[0]
    return {"service": to_plain(describe(load_class(plan.module, plan.classname), plan))}


def _detect(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    from pyrolab_gui.hosting.loading import load_class
    from pyrolab_gui.hosting.results import Receiver, converted
    from pyrolab_gui.wire.names import MSGPACK_ID

    say(stage=_IMPORTING)
    cls: Any = load_class(request["module"], request["classname"])
    say(stage="while the driver looked for instruments")
    with _finishing() as finish:
        found = finish(cls.detect_devices() if _without_instance(cls) else cls().detect_devices())
        return {"found": converted(list(found or ()), Receiver(MSGPACK_ID), "detect_devices")}


def _test(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    """Connect, ask who it is and a few readings, and close; everything else is the driver's."""
    from pyrolab_gui.hosting import lifecycle
    from pyrolab_gui.hosting.identity import identity_of
    from pyrolab_gui.hosting.loading import load_class
    from pyrolab_gui.hosting.opening import open_driver

    say(stage=_IMPORTING)
    cls = load_class(request["module"], request["classname"])
    with _finishing() as finish:
        say(stage="while it connected")
        began = time.perf_counter()
        driver = open_driver(cls, request["parameters"], request.get("expect_id", ""), finish)
        seconds = time.perf_counter() - began
        try:
            say(stage="while it asked the instrument who it is")
            identity = identity_of(driver, finish) or ""
            readings: list[tuple[str, str]] = []
            if not identity:
                say(stage="while it took a reading")
                readings = _readings(driver, finish)
            say(stage="while it closed the instrument")
        finally:
            lifecycle.dispose(driver, finish)
    return {"seconds": seconds, "identity": identity[:_LONGEST], "readings": readings}


def _readings(driver: Any, finish: Callable[[Any], Any]) -> list[tuple[str, str]]:
    """Ask for a few readings, where an instrument cannot say who it is: an answer is what proves that it is there."""
    from pyrolab_gui.hosting.describe import describe
    from pyrolab_gui.wire.description import unit_of

    found: list[tuple[str, str]] = []
    for member in describe(driver).members:
        if member.kind == "property" and member.readable and len(found) < _READINGS:
            value = finish(getattr(driver, member.name))
            unit = unit_of(member.returns)
            text = f"{value:.6g}" if isinstance(value, float) else str(value)
            found.append((member.name, f"{text} {unit}".strip()[:_LONGEST]))
    return found


def _visa(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    """List what VISA finds, and say which library looked; nothing is opened."""
    try:
        import pyvisa  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise ConfigInvalid(
            "PyVISA is not installed in this interpreter; with pyvisa and pyvisa-py, VISA instruments are found."
        ) from error
    manager = pyvisa.ResourceManager()
    try:
        found = manager.list_resources("?*")  # serial ports are listed without it, and interfaces are no instruments
        return {
            "resources": [name for name in found if not name.startswith(("ASRL", "PRLGX")) and "::INTFC" not in name]
        }
    finally:
        manager.close()


def _lan(request: Mapping[str, Any], say: Callable[..., None]) -> Any:
    """Ask the network who is an instrument; nothing is connected to."""
    from pyrolab_gui.network.lan_search import search

    found = search(on_found=lambda known: say(instruments=[each.to_plain() for each in known]))
    return {"instruments": [each.to_plain() for each in found]}


def _without_instance(cls: type) -> bool:
    import inspect

    return isinstance(inspect.getattr_static(cls, "detect_devices", None), classmethod | staticmethod)


class _finishing:  # noqa: N801 - used as a function
    """What runs ``async`` results of a driver to their end, while it is needed."""

    def __enter__(self) -> Callable[[Any], Any]:
        from pyrolab_gui.hosting.coroutines import Coroutines

        self._coroutines = Coroutines("driver")
        return self._coroutines.finish

    def __exit__(self, *_: object) -> None:
        self._coroutines.close()


_ACTS: dict[str, Callable[[Mapping[str, Any], Callable[..., None]], Any]] = {
    "catalogue": _catalogue,
    "import": _import,
    "describe": _describe,
    "service": _service,
    "detect": _detect,
    "test": _test,
    "visa": _visa,
    "lan": _lan,
}
