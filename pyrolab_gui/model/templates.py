"""What a new lab file may begin with.

Limits: texts only; the demo's is the example file among the resources, which is not read here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """A title, what it is for, and its text; or in the place of a text the name of an example lab."""

    title: str
    help: str
    text: str = ""
    example: str = ""


_HEAD = """\
version: "1.0"

nameservers:
  main: {}

daemons:
  instruments:
    nameservers: [main]
"""
_START = """
autolaunch:
  nameservers: [main]
  daemons: [instruments]
"""
_VISA = """
services:
  instrument:
    module: drivers.visa
    classname: VisaInstrument
    parameters:
      resource: GPIB0::1::INSTR   # as a VISA library lists it; a serial port too
    instancemode: single
    daemon: instruments
    nameservers: [main]
    connect: on-demand
"""

TEMPLATES = {
    "empty": Template(
        "Empty", "A nameserver, and a daemon that is ready for your instruments.", f"# A lab.\n{_HEAD}{_START}"
    ),
    "demo": Template(
        "Simulated bench", "A laser, a power meter and more that are not real, to try things.", "", "bench"
    ),
    "visa": Template(
        "One VISA instrument",
        "An instrument on GPIB, USB, Ethernet or a serial port that is spoken to in text commands (SCPI).",
        f"# A lab with one VISA instrument.\n{_HEAD}{_VISA}{_START}",
    ),
}
