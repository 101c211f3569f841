"""What stands for a service whose class could not be loaded, so that the rest of its daemon serves.

It has the interface of `hosting.service.HostedService`. Limits: it can only say why; a class that is missing needs a
restart of the daemon, because Python imports a module once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.calls import Call, CallLog
from pyrolab_gui.hosting.failures import BAD_ARGUMENT, refusal
from pyrolab_gui.hosting.pulse import Pulse
from pyrolab_gui.hosting.snapshots import Snapshots
from pyrolab_gui.wire.child import ServiceStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.wire.columns import Column
    from pyrolab_gui.wire.description import ServiceDescription
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.plans import ServicePlan


class FailedService:
    """A service without a class; its facade has one method, which says why."""

    def __init__(
        self, plan: ServicePlan, error: LabError, on_state: Callable[[ServiceStatus], None] | None = None
    ) -> None:
        self.plan = plan
        self.error = error
        self.calls = CallLog()
        self.snapshots = Snapshots()
        self.lock: None = None
        self.urgent: None = None
        self.pulse = Pulse(self.calls, bool, bool)
        self._on_state = on_state
        self.facade_class = type(
            plan.classname.rpartition(".")[2] or "Service",
            (),
            {"__slots__": (), "_pyroInstancing": ("single", None), "why": _exposed_reason(error.sentence)},
        )

    @property
    def object_id(self) -> str:
        """The part of the URI before the ``@``."""
        return self.plan.object_id

    def start(self) -> None:
        """Tell that there is nothing to start."""
        if self._on_state is not None:
            self._on_state(self.state())

    def reconnect(self) -> None:
        """Do nothing."""

    def warm_up(self) -> None:
        """Do nothing."""

    def disconnected(self, conn: Any) -> None:
        """Do nothing."""

    def sample(self, member: str, period: float, conn: Any, when: str = "always") -> str:
        """Refuse: there is nothing to read."""
        raise refusal(TypeError, BAD_ARGUMENT, f"{self.plan.name}.{member} cannot be sampled: {self.error.sentence}")

    def judge(
        self, owner: str, name: str, member: str, period: float, take: Callable[[float, Any], None] | None
    ) -> None:
        """Refuse: there is nothing to read."""
        if take is not None:
            raise LookupError("its readings cannot be judged here, because its driver was not loaded")

    def trouble(self, member: str) -> str:
        """Return why there is no reading."""
        return self.error.sentence.rstrip(".")

    def unit_of(self, member: str) -> str:
        """Return nothing: the class is not known."""
        return ""

    def since(self, channel: str, cursor: int, conn: Any) -> Column | None:
        """Return None: there are no channels."""
        return None

    def seen(self, conn: Any) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def running(self) -> list[Call]:
        """Return no call: there is no driver."""
        return []

    def cancel(self) -> None:
        """Do nothing."""

    def problems(self) -> list[str]:
        """Return nothing: the class is not known."""
        return []

    def readings(self) -> list[dict[str, Any]]:
        """Return none."""
        return []

    def description(self) -> ServiceDescription:
        """Return a description without members."""
        from pyrolab_gui.wire.description import ServiceDescription

        return ServiceDescription(
            self.plan.name,
            self.plan.classname,
            self.plan.description,
            self.plan.instancemode,  # type: ignore[arg-type]
            described=False,
        )

    def describe(self) -> Any:
        """Return the description as plain data."""
        from pyrolab_gui.wire.description import to_plain

        return to_plain(self.description())

    def state(self) -> ServiceStatus:
        """Return *not-connected*, and why."""
        return ServiceStatus(self.plan.name, "not-connected", self.error.sentence.rstrip("."), self.error.detail)

    def status(self) -> dict[str, Any]:
        """Return *not-connected*, and why, as plain data."""
        state = self.state()
        return {
            "name": self.plan.name,
            "object_id": self.plan.object_id,
            "state": state.state,
            "error": state.error,
            "detail": state.detail,
            "busy": None,
        }


def _exposed_reason(sentence: str) -> Callable[[Any], str]:
    def why(self: Any) -> str:
        return sentence

    why._pyroExposed = True  # type: ignore[attr-defined] # noqa: SLF001 - Pyro5's mark; it warns of a class without
    return why
