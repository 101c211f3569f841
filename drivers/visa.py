"""Any instrument that understands text commands (SCPI and the like) through a VISA library.

It knows no commands: it sends what it is told and returns the answer. A driver of the instrument's own is better where
there is one. Needs PyVISA, and a VISA library or pyvisa-py. Limits: text only, no blocks of binary data.
"""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Interval, Unit


class VisaInstrument:
    """One instrument at one VISA resource."""

    def __init__(self) -> None:
        self._session: Any = None

    def connect(self, resource: str, timeout: Annotated[float, Unit("s")] = 2.0, line_end: str = "\n") -> None:
        """Open the instrument.

        Parameters
        ----------
        resource
            As a VISA library lists it: ``GPIB0::12::INSTR``, ``TCPIP0::10.0.0.4::INSTR``, ``ASRL3::INSTR``.
        timeout
            How long an answer may take.
        line_end
            What ends a command and an answer.

        Raises
        ------
        RuntimeError
            If PyVISA is not installed.
        """
        try:
            import pyvisa  # type: ignore[import-not-found, unused-ignore]
        except ImportError as error:
            raise RuntimeError(
                "PyVISA is not installed in this interpreter; install pyvisa, and pyvisa-py without a VISA library."
            ) from error
        self.close()
        self._session = session = pyvisa.ResourceManager().open_resource(resource)
        session.timeout = timeout * 1e3
        session.write_termination = session.read_termination = line_end

    def identify(self) -> str:
        """Ask the instrument who it is (``*IDN?``)."""
        return self.query("*IDN?")

    def query(self, command: str) -> str:
        """Send a command and return the answer."""
        return str(self._open().query(command)).strip()

    def write(self, command: str) -> None:
        """Send a command that has no answer."""
        self._open().write(command)

    def read(self) -> str:
        """Return what the instrument has to say."""
        return str(self._open().read()).strip()

    def clear(self) -> None:
        """Clear the instrument's interface (device clear): unread answers and a command that hangs."""
        self._open().clear()

    def set_timeout(self, timeout: Annotated[float, Interval(gt=0), Unit("s")]) -> None:
        """Change how long an answer may take."""
        self._open().timeout = timeout * 1e3

    def close(self) -> None:
        """Close the instrument."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _open(self) -> Any:
        if self._session is None:
            raise ConnectionError("The instrument is not connected.")
        return self._session
