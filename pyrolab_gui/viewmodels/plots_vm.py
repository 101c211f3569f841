"""The plots of a lab: pages with readings and results, remembered from one window to the next.

Readings come from the window's one feed, and what recordings know of them from before is filled in. Limits: an
instrument that is not listed is waited for; writes files in the background only.
"""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels import export, plot_export
from pyrolab_gui.viewmodels.plot_channel import Reading
from pyrolab_gui.viewmodels.plots_history import recorded
from pyrolab_gui.viewmodels.plots_page import PlotPage, result_of, thresholds_from_plain
from pyrolab_gui.viewmodels.repeated_call import RepeatedCall
from pyrolab_gui.wire.description import unit_of
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.plots_page import Kind, Result
    from pyrolab_gui.viewmodels.ports import BridgePort, NoticesPort
    from pyrolab_gui.viewmodels.repeated_call import Call
    from pyrolab_gui.viewmodels.series import Series
    from pyrolab_gui.viewmodels.settings import Settings
    from pyrolab_gui.wire.description import ServiceDescription, TypeDescription

PERIOD = 0.5
_ASK_SECONDS = 5.0


class PlotsViewModel(QObject):
    """All pages.

    Parameters
    ----------
    consoles
        Knows the instruments and holds their connections.
    bridge, background
        The way to other threads and back.
    folders
        Returns where recordings are looked for.
    memory
        Where pages are remembered; nowhere by default.
    """

    pageAdded = Signal(object)
    pageRemoved = Signal(object)
    currentChanged = Signal()
    closing = Signal()
    """All is about to be remembered: how the pages stand can still be told."""

    def __init__(
        self,
        consoles: ConsolesViewModel,
        notifications: NoticesPort,
        bridge: BridgePort,
        background: Background,
        *,
        folders: Callable[[], list[Path]] = list,
        memory: Settings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.pages: list[PlotPage] = []
        self.current: PlotPage | None = None
        self._consoles = consoles
        self._notifications = notifications
        self._bridge = bridge
        self._background = background
        self._folders = folders
        self._memory = memory
        self._recall()
        consoles.rowsChanged.connect(self._on_rows_changed)

    # -- pages -------------------------------------------------------------------------------------------------------

    def add_page(self, kind: Kind = "time", title: str = "") -> PlotPage:
        """Add an empty page and go to it."""
        key = max((page.key for page in self.pages), default=0) + 1
        page = self._make_page(key, title or f"{'Results' if kind == 'results' else 'Plot'} {key}", kind)
        self.set_current(page)
        return page

    def close_page(self, page: PlotPage) -> None:
        """Close a page; its readings are not read for it any more."""
        if page not in self.pages:
            return
        place = self.pages.index(page)
        self.pages.remove(page)
        page.plot.clear()
        page.repeat(None)
        page.waiting = []
        self.pageRemoved.emit(page)
        if self.current is page:
            self.set_current(self.pages[min(place, len(self.pages) - 1)] if self.pages else None)
        page.deleteLater()

    def set_current(self, page: PlotPage | None) -> None:
        """Make a page the one that new readings go to."""
        if page is not self.current:
            self.current = page
            self.currentChanged.emit()

    def _make_page(self, key: int, title: str, kind: Kind) -> PlotPage:
        page = PlotPage(key, title, kind, self._consoles.readings, self)
        self.pages.append(page)
        self.pageAdded.emit(page)
        return page

    # -- readings ----------------------------------------------------------------------------------------------------

    def instruments(self) -> list[str]:
        """Return the names of the known instruments."""
        return [row.name for row in self._consoles.rows()]

    def find_readings(self, instrument: str, found: Callable[[list[Reading]], object]) -> None:
        """Ask what an instrument has to plot; `found` is called with it on Qt's thread, with nothing if it is away."""
        lease = self._consoles.lease(instrument)
        if lease is None:
            found([])
            return

        def ask() -> list[Reading]:
            try:
                return readings_of(instrument, lease.instrument.describe().result(_ASK_SECONDS))
            except Exception as error:  # whatever it is, the instrument cannot be asked now
                raise LabError(f"{instrument} does not answer.", repr(error)) from error

        def done(answer: list[Reading] | LabError) -> None:
            lease.close()
            found(answer if isinstance(answer, list) else [])

        self._background.ask(ask, done, done)

    def add_reading(self, reading: Reading, page: PlotPage | None = None, period: float = PERIOD) -> Channel | None:
        """Plot a reading on a page, by default the current one; None if its instrument is not known."""
        lease = self._consoles.lease(reading.instrument)
        if lease is None:
            name = reading.instrument
            self._notifications.error(LabError(f"{name} is not registered at the moment, so it cannot be plotted."))
            return None
        if page is None or page.kind == "results":
            page = self._page_for_readings()
        channel = page.plot.find(reading.instrument, reading.member)
        if channel is None:
            channel = page.plot.add(lease, reading.member, reading.unit, period, shown_unit=reading.shown_unit)
            self._fill(page, channel)
        else:
            page.plot.set_shown(channel, True)
        lease.close()
        self.set_current(page)
        return channel

    def show_recorded(self, title: str, channels: Iterable[Channel], start: float, end: float) -> PlotPage:
        """Show channels of recordings on a page of their own, over the whole of their time."""
        page = self.add_page("time", title)
        page.plot.put(channels, start, end)
        return page

    def _page_for_readings(self) -> PlotPage:
        usable = [page for page in (self.current, *self.pages) if page is not None and page.kind != "results"]
        return usable[0] if usable else self.add_page()

    def _fill(self, page: PlotPage, channel: Channel) -> None:
        """Put what recordings know before what the instrument's daemon remembers."""

        def filled(older: Series) -> None:
            if len(older) and channel in page.plot.channels:
                channel.series.put_before(older, channel.period)
                page.plot.viewChanged.emit()

        folders = self._folders()
        if folders:
            self._background.ask(partial(recorded, folders, channel.label), filled, lambda _error: None)

    # -- results -----------------------------------------------------------------------------------------------------

    def add_result(
        self,
        label: str,
        value: Any,
        returns: TypeDescription | None = None,
        page: PlotPage | None = None,
        call: Call | None = None,
    ) -> bool:
        """Plot a waveform or an image, by default on the newest page of results; False if it is neither.

        With the `call` that brought it the page can keep it fresh.
        """
        result = result_of(label, time.time(), value, returns, call)
        if result is None:
            return False
        if page is None or page.kind != "results":
            pages = [page for page in (self.current, *reversed(self.pages)) if page and page.kind == "results"]
            page = pages[0] if pages else self.add_page("results")
        page.repeat(self._repeated(page, result, returns) if call is not None else None)
        page.add_result(result)
        self.set_current(page)
        return True

    def _repeated(self, page: PlotPage, result: Result, returns: TypeDescription | None) -> RepeatedCall:
        call = result.call
        assert call is not None

        def arrived(value: Any) -> None:
            fresh = result_of(result.label, time.time(), value, returns, call)
            if fresh is not None and page.results:
                page.refresh_result(fresh)

        return RepeatedCall(call, lambda: self._consoles.lease(call.instrument), self._bridge, arrived, page)

    # -- files -------------------------------------------------------------------------------------------------------

    def save_csv(self, page: PlotPage, path: str, *, all_of_it: bool = False) -> None:
        """Write the samples that are shown, or all that are kept."""
        if page.kind == "results":
            self.save(path, plot_export.results_csv(page.results).encode())
        else:
            self.save(path, plot_export.csv_bytes(page.plot, None if all_of_it else page.plot.span()))

    def note_picture(self, path: str, saved: bool) -> None:
        """Say what came of saving a picture."""
        self._consoles.note_picture(path, saved)

    def save(self, path: str, data: bytes) -> None:
        """Write a file in the background; what came of it is said as a notice."""
        target = Path(path)
        self._background.ask(
            partial(export.write_atomically, target, lambda file: file.write(data)),
            lambda _done: self._notifications.info(f"Saved {target.name}.", path),
            self._notifications.error,
        )

    # -- remembering ---------------------------------------------------------------------------------------------------

    def layout(self) -> str:
        """Return how the pages stood when the last window was closed, as whoever shows them wrote it."""
        return "" if self._memory is None else self._memory.get("layout", "")

    def set_layout(self, layout: str) -> None:
        """Remember how the pages stand."""
        if self._memory is not None:
            self._memory.set("layout", layout)

    def aclose(self) -> None:
        """Remember all, and read nothing any more."""
        self.closing.emit()
        self._consoles.rowsChanged.disconnect(self._on_rows_changed)
        if self._memory is not None:
            self._memory.set("pages", json.dumps([page.to_plain() for page in self.pages if _is_remembered(page)]))
            self._memory.set("current", self.current.key if self.current is not None else 0)
            problem = self._memory.save()
            if problem:
                self._notifications.error(LabError(problem))
        for page in self.pages:
            page.plot.clear()
            page.repeat(None)

    def _recall(self) -> None:
        if self._memory is None:
            return
        try:
            for plain in json.loads(self._memory.get("pages", "[]")):
                kind: Kind = "xy" if plain.get("kind") == "xy" else "time"
                page = PlotPage(int(plain["key"]), str(plain["title"]), kind, self._consoles.readings, self)
                page.take_plain(plain)
                self.pages.append(page)
        except (ValueError, KeyError, TypeError, AttributeError):  # written by something else
            self._notifications.info("The remembered plots could not be read, so some are missing.")
        key = self._memory.get("current", 0)
        self.current = next((page for page in self.pages if page.key == key), (self.pages or [None])[0])  # type: ignore[list-item]
        self._on_rows_changed()

    def _on_rows_changed(self) -> None:
        """Plot again what was plotted, as soon as its instrument is listed."""
        waiting = {str(plain.get("instrument", "")) for page in self.pages for plain in page.waiting}
        known = waiting.intersection(self.instruments()) if waiting else waiting
        for page in self.pages if known else ():
            for plain in [each for each in page.waiting if each.get("instrument") in known]:
                page.waiting.remove(plain)
                self._plot_again(page, plain)

    def _plot_again(self, page: PlotPage, plain: dict[str, Any]) -> None:
        lease = self._consoles.lease(str(plain["instrument"]))
        if lease is None:
            page.waiting.append(plain)
            return
        try:
            period = min(max(float(plain.get("period", PERIOD)), 0.01), 3600.0)
            channel = page.plot.add(lease, str(plain["member"]), str(plain.get("unit", "")), period)
            self.find_readings(channel.instrument, partial(_take_unit, page, channel))
            page.plot.set_thresholds(channel, thresholds_from_plain(plain))
            page.plot.set_shown(channel, bool(plain.get("shown", True)))
            self._fill(page, channel)
        except (KeyError, ValueError, TypeError):  # nothing that was written here
            pass
        finally:
            lease.close()


def _take_unit(page: PlotPage, channel: Channel, readings: list[Reading]) -> None:
    """Show a remembered reading in the unit that the lab wants today."""
    for reading in readings:
        if reading.member == channel.member and channel in page.plot.channels:
            page.plot.want_unit(channel, reading.shown_unit)


def _is_remembered(page: PlotPage) -> bool:
    """Whether a page is there again in the next window: results and recordings are not kept for it."""
    plot = page.plot
    return page.kind != "results" and not (plot.channels and all(channel.recorded for channel in plot.channels))


def readings_of(instrument: str, description: ServiceDescription) -> list[Reading]:
    """Return the members of an instrument that are numbers to read."""
    return [
        Reading(instrument, member.name, unit_of(member.returns), member.shown_unit)
        for member in description.members
        if member.readable and member.returns.is_number
    ]
