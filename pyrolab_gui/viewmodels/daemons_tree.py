"""The lab as a tree: this computer, its nameservers and daemons, their services, each with its state.

A pure function of the lab's entries and of what the supervisor tells. A node's state is the worst of itself and of
what is below it, with the count, so that nothing bad hides in a collapsed node. Limits: one computer; the trees of
several are told apart by `node_key`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, child_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NodeKind: TypeAlias = Literal["computer", "nameserver", "daemon", "service"]

COMPUTER_KEY = "computer"
UNSAVED = "unsaved"
UNREACHABLE = "unreachable"
"""The state of another PC whose supervisor cannot be asked."""

STALE = "stale"
"""The state of a child while the supervisor cannot be asked, and of a service while its daemon does not answer."""

SEVERITY = {
    state: rank
    for rank, state in enumerate(
        (
            "",
            "running",
            "live",
            "connected",
            "not-asked",
            "stopped",
            UNSAVED,
            "exited",
            "connecting",
            "slow",
            STALE,
            "starting",
            "stopping",
            "backoff",
            "unresponsive",
            "not-connected",
            "lost",
            "failed",
            UNREACHABLE,
        )
    )
}
"""States of children and services from best to worst."""

WORDS = {
    "": "",
    "running": "running",
    "live": "live",
    "slow": "slow",
    "connected": "connected",
    "not-asked": "not asked yet",
    "stopped": "stopped",
    UNSAVED: "not saved",
    "exited": "exited",
    "connecting": "connecting",
    STALE: "as last known",
    "starting": "starting",
    "stopping": "stopping",
    "backoff": "waits to restart",
    "unresponsive": "no reply",
    "not-connected": "not connected",
    "lost": "lost",
    "failed": "failed",
    UNREACHABLE: "not reachable",
}
"""The word of each state."""

_QUIET = frozenset({"", "running", "live", "connected", "stopped", "not-asked"})
"""States whose shape says enough in a narrow list."""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node.

    `state` is what its shape shows, `word` what stands beside it (empty where the shape says enough), `own` its
    own state, `note` what it is, `edited` whether its entry differs from the file, `problems` how many problems its
    entry has.
    """

    key: str
    kind: NodeKind
    name: str
    note: str = ""
    own: str = ""
    state: str = ""
    word: str = ""
    edited: bool = False
    problems: int = 0
    children: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What the lab's editor knows about entries: which are edited, how many problems each has. Keys are of nodes."""

    edited: frozenset[str] = frozenset()
    problems: Mapping[str, int] = field(default_factory=dict)


def service_key(name: str) -> str:
    """Return the key of a service's node."""
    return f"service/{name}"


def node_key(host: str, key: str) -> str:
    """Return the key of a node among the trees of several PCs; `host` is empty for this one."""
    return f"{key}@{host}" if host else key


def split_key(key: str, hosts: Iterable[str]) -> tuple[str, str]:
    """Return host and key of a node among the trees of several PCs; names of things have no ``@``."""
    found = next((host for host in hosts if host and key.endswith(f"@{host}")), "")
    return (found, key.removesuffix(f"@{found}")) if found else ("", key)


def of_host(node: TreeNode, host: str) -> TreeNode:
    """Return the tree of a PC with the keys that it has among others."""
    if not host:
        return node
    below = tuple(of_host(child, host) for child in node.children)
    return replace(node, key=node_key(host, node.key), children=below)


def tree_of(
    computer: str,
    nameservers: Iterable[str],
    daemons: Iterable[str],
    services: Mapping[str, Mapping[str, Any]],
    statuses: Mapping[str, ChildStatus],
    marks: Marks,
    unreachable: str = "",
    evidence: Evidence | None = None,
    *,
    has_file: bool = False,
) -> TreeNode:
    """Return the tree.

    Parameters
    ----------
    computer
        Its name.
    nameservers, daemons
        Names of entries, in the order of the lab file.
    services
        Entries by name; only ``daemon`` is looked at.
    statuses
        Of children, by key; also of those that the lab does not have any more.
    marks
        What is edited or has problems.
    unreachable
        Of a PC that cannot be asked: since when, in words.
    evidence
        What is known of services beside what their daemons say.
    has_file
        Whether there is a lab file, though nothing may be in it yet.
    """
    hosted: dict[str, dict[str, bool]] = {}
    for name, entry in services.items():
        hosted.setdefault(str(entry.get("daemon") or ""), {})[name] = bool(entry.get("out_of_service"))
    children = [_child(ChildKind.NAMESERVER, name, {}, statuses, marks) for name in nameservers]
    known = list(daemons)
    children += [_child(ChildKind.DAEMON, name, hosted.pop(name, {}), statuses, marks, evidence) for name in known]
    present = {node.key for node in children}
    for key, status in statuses.items():
        if key not in present and status.state.alive:
            children.append(_leftover(status))
    children += [_homeless(daemon, names, marks) for daemon, names in hosted.items()]
    expected = [node for node in children if node.kind in ("nameserver", "daemon")]
    running = sum(node.own == ChildState.RUNNING for node in expected)
    note = f"{running} of {len(expected)} running" if expected else "empty lab" if has_file else "no lab file"
    own, state, word = "", *_worst("", [*children, *(service for node in children for service in node.children)])
    if state in _QUIET:  # nothing is wrong: whether an instrument has been asked yet stands with the instrument
        state = max((node.own for node in children), key=lambda item: SEVERITY.get(item, 0), default="")
    if unreachable:
        note, own, state, word = "", UNREACHABLE, UNREACHABLE, unreachable
    return TreeNode(COMPUTER_KEY, "computer", computer, note, own, state, word, children=tuple(children))


def shown_state(status: ChildStatus | None) -> str:
    """Return the state of a child to be shown; what was known last of one that runs may be true no more."""
    if status is None:
        return UNSAVED
    return STALE if status.stale and status.state.alive else str(status.state)


Evidence: TypeAlias = "Mapping[str, tuple[str, str]]"
"""What is known of services beside the word of their drivers: name -> state, and a sentence where all is not well."""


def state_of_service(name: str, daemon: ChildStatus | None, evidence: Evidence | None = None) -> tuple[str, str]:
    """Return the state of a service and the sentence of its error.

    A driver that says it is connected makes nothing *live*: that needs `evidence`.
    """
    if daemon is None:
        return UNSAVED, ""
    if daemon.state is ChildState.UNRESPONSIVE or (daemon.stale and daemon.state.alive):
        return STALE, ""
    if daemon.state in (ChildState.FAILED, ChildState.BACKOFF):
        return "lost", ""
    if not daemon.state.alive or daemon.state in (ChildState.STARTING, ChildState.STOPPING):
        return "stopped", ""
    for service in daemon.services:
        if service.name == name:
            known = (evidence or {}).get(name) if service.state == "connected" else None
            return known or (service.state, service.error)
    return "not-asked", ""


def _child(
    kind: ChildKind,
    name: str,
    services: Mapping[str, bool],
    statuses: Mapping[str, ChildStatus],
    marks: Marks,
    evidence: Evidence | None = None,
) -> TreeNode:
    key = child_key(kind, name)
    status = statuses.get(key)
    below = tuple(_service(service, out, status, marks, evidence) for service, out in services.items())
    own = shown_state(status)
    state, word = _worst(own, below)
    note = "nameserver" if kind is ChildKind.NAMESERVER else _count(len(below))
    node_kind: NodeKind = "nameserver" if kind is ChildKind.NAMESERVER else "daemon"
    return TreeNode(
        key,
        node_kind,
        name,
        note,
        own,
        state,
        word,
        key in marks.edited,
        marks.problems.get(key, 0),
        below,
    )


def _service(
    name: str, out_of_service: bool, daemon: ChildStatus | None, marks: Marks, evidence: Evidence | None = None
) -> TreeNode:
    key = service_key(name)
    state = "" if out_of_service else state_of_service(name, daemon, evidence)[0]
    word = "" if state in _QUIET else WORDS[state]
    note = "out of service" if out_of_service else ""
    return TreeNode(key, "service", name, note, state, state, word, key in marks.edited, marks.problems.get(key, 0))


def _leftover(status: ChildStatus) -> TreeNode:
    kind: NodeKind = "nameserver" if status.kind is ChildKind.NAMESERVER else "daemon"
    state = str(status.state)
    return TreeNode(status.key, kind, status.name, "not in the lab file", state, state, WORDS.get(state, state))


def _homeless(daemon: str, services: Mapping[str, bool], marks: Marks) -> TreeNode:
    """Services whose daemon the lab does not have: shown, so that they can be given one."""
    below = tuple(_service(name, out, None, marks) for name, out in services.items())
    label = f"{daemon} (missing)" if daemon else "without a daemon"
    return TreeNode(f"missing/{daemon}", "daemon", label, _count(len(below)), "", "", "", children=below)


def _worst(own: str, below: Iterable[TreeNode]) -> tuple[str, str]:
    """Return the worst state of a node and what is below it, and its word, with the count where others have it.

    What is below counts with its own state: what it rolls up itself is below too. Counted are nodes of one kind, since
    a daemon that failed and the instruments lost with it are not two things of one sort.
    """
    nodes = list(below)
    worst = max((own, *(node.own for node in nodes)), key=lambda state: SEVERITY.get(state, 0))
    if worst == own or worst in _QUIET:
        shown = own or worst
        return shown, "" if shown in _QUIET else WORDS.get(shown, shown)
    of_services = all(node.kind == "service" for node in nodes if node.own == worst)
    peers = [node for node in nodes if (node.kind == "service") == of_services]
    count = sum(node.own == worst for node in peers)
    return worst, f"{count} of {len(peers)} {WORDS.get(worst, worst)}"


def _count(number: int) -> str:
    return "1 service" if number == 1 else f"{number} services"
