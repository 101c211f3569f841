"""What is to be said above the registry's table, and what stands in its place while it is empty.

Pure functions of what the view model knows. Limits: words only; the widgets are the tab's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyrolab_gui.ui.registry import empty
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
    from pyrolab_gui.viewmodels.registry_watch import NameserverLink

_DOWN = (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY)
_LAST_KNOWN = "These entries are what it knew last; each one's state is still checked."
_FOREIGN = (
    "What it lists is shown below, marked where it is not of this lab. For a nameserver of this lab, choose another "
    "ns_port in Daemons, or end the other one."
)
_CERTIFICATES = (
    "The PC on which the lab’s certificates were begun issues a file for this one (pyrolab-gui certs issue). "
    "Choose that file here, and delete it afterwards."
)
_NO_TLS = "It spoke TLS before, or does so by the lab file. Have it speak TLS again, or take tls out of the lab file."
_SLOW_WAY = "The network to that PC, or the PC itself, is slow; the states of its instruments are their own."
_SLOW_WAYS = "The network to these PCs, or the PCs themselves, are slow; the states of their instruments are their own."
_FILTER = "The filter looks in name, model, URI, state and metadata; host:pc3 looks in one column only."


class Notice(NamedTuple):
    """A banner: state, title, text."""

    state: str
    title: str
    text: str


class Page(NamedTuple):
    """One of the pages of `RegistryEmpty`, with another title and text where they are given."""

    reason: int
    title: str = ""
    text: str = ""


def banner_of(vm: RegistryViewModel, total: int) -> Notice | None:
    """Return what stands above `total` rows; None where all is well."""
    link = vm.link
    if link.foreign:
        return Notice("warning", link.sentence, _FOREIGN)
    if not total or link.starting:
        return None
    silent = [link] if link.link in _DOWN else [other for other in vm.links[1:] if other.link in _DOWN]
    if not silent:
        return _slow(vm)
    return Notice(_state(silent[0]), " ".join(other.sentence for other in silent), _LAST_KNOWN)


def _slow(vm: RegistryViewModel) -> Notice | None:
    ways = vm.slow_ways
    if not ways:
        return None
    said = " ".join(f"Answers from {way.host} take {way.seconds:g} s." for way in ways)
    return Notice("slow", said, _SLOW_WAY if len(ways) == 1 else _SLOW_WAYS)


def page_of(vm: RegistryViewModel, total: int, search: str) -> Page:
    """Return why no row is shown, of `total` that there are."""
    link = vm.link
    if link.nameserver is None:
        return Page(empty.NO_NAMESERVER)
    if total:
        return Page(empty.NO_MATCH, f"Nothing matches “{search.strip()}”", _FILTER)
    if link.starting:
        return Page(empty.ASKING, link.sentence)
    if link.link in _DOWN and link.insecure:
        if link.secure is False:
            return Page(empty.UNREACHABLE, link.sentence, _NO_TLS)
        return Page(empty.INSECURE, link.sentence, _CERTIFICATES)
    if can_start(vm):
        return Page(empty.OWN_UNREACHABLE, link.sentence, "It belongs to this lab and can be started from here.")
    if link.link is ProcessLink.NO_REPLY and vm.own_nameserver:
        return Page(empty.UNREACHABLE, link.sentence, "It belongs to this lab; if it goes on, restart it in Daemons.")
    if link.link in _DOWN:
        return Page(
            empty.UNREACHABLE, link.sentence, "Start it on its computer, choose another one above, or start one here."
        )
    if link.link is ProcessLink.UNKNOWN:
        return Page(empty.ASKING, f"Asking the nameserver at {link.nameserver.address}…")
    return Page(empty.NO_ENTRIES)


def can_start(vm: RegistryViewModel) -> bool:
    """Return whether the first nameserver is the lab's own, and down; one that hangs is to be restarted instead."""
    return vm.link.link is ProcessLink.UNREACHABLE and bool(vm.own_nameserver) and not vm.link.starting


def _state(link: NameserverLink) -> str:
    if link.stopped:
        return link.shown
    return "lost" if link.link is ProcessLink.UNREACHABLE else "no reply"
