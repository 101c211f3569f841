"""Names and numbers that both ends of a connection must agree on."""

from __future__ import annotations

PROTOCOL = 1
"""Version of the answers of the daemon object; a peer ignores keys that it does not know."""

DAEMON_OBJECT = "Pyro.Daemon"
NAMESERVER_OBJECT = "Pyro.NameServer"
SUPERVISOR_OBJECT = "pyrolab.supervisor"
"""The object of a supervisor's own interface."""
SERVICE_FILE = "supervisor-service.json"
"""The file in the state folder that says where that interface is."""
TAKES_LAB = "--takes-lab"
"""The word that tells a supervisor that a lab comes through its standard input."""

SERVERS = frozenset((DAEMON_OBJECT, NAMESERVER_OBJECT, SUPERVISOR_OBJECT))
"""What stands in a nameserver and is no instrument: behind these is nothing but a process."""

MSGPACK_ID = 4
"""Pyro5's number of the msgpack serializer, the only one that may be given arrays in annotations."""

PART_SIZE = 1 << 20
"""Arrays above this many bytes are fetched in parts; of what size, the client decides."""

PART_ANNOTATION = "PART"
"""Annotation that carries one such part."""

ARRAY_KEY = "__ndarray__"
"""Key of the dict that stands for an array in a message: see `wire.arrays`."""


PASSING = "*"
"""Stands for a member in the name of the channel that tells what passes between a service and its users.

Its values are lists: member, *read* or *set*, value, who; the newest of each since the cursor, never all."""

URGENT_KEY = "urgent"
"""Says in a handshake that a connection is for a stop or a safe state: it is let in where all others are taken."""

SUPERVISOR = "the supervisor"
"""As whom the supervisor of a computer introduces itself to its daemons; it is not counted among their clients."""

RECORDING = "recording"
"""The purpose, in brackets after the name, by which a client that records is known."""


WINDOW = "window"
"""The program, in an introduction, of a client that is a window."""


def hello(
    client: str, who: str, arrays: bool = True, person: str = "", program: str = "", process: int = 0
) -> dict[str, object]:
    """Return the handshake of our own clients: who calls, and that arrays in annotations are understood.

    `client` is the same for all connections of one window or script, so that a session belongs to it; `person` for all
    windows and scripts of one person, so that a lock belongs to them; `program` and `process` tell these from each
    other in words. Nobody proves any of it.
    """
    introduced: dict[str, object] = {"pyrolab_gui": PROTOCOL, "client": client, "who": who, "arrays": arrays}
    if person:
        introduced["person"] = person
    if program:
        introduced["program"], introduced["process"] = program, process
    return introduced


FRESH_SECONDS = 600.0
"""For so long an answer of the instrument itself makes it live."""
