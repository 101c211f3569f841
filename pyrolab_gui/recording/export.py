"""Recordings for other programs: CSV for everything, HDF5 and Parquet where their libraries are installed.

CSV and Parquet have one line for each sample, channel after channel; HDF5 a group for each channel. Gaps are in all of
them, and so is what was written beside: notes, settings and their changes, clocks, how each run went. Limits: a file
that is there already is refused; a channel of an HDF5 file is in memory as a whole.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from pyrolab_gui.recording.reader import Clock, Setting
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyrolab_gui.recording.reader import Recording

_GROUP = 65_536
"""Rows of a group in a Parquet file."""
_COLUMNS = ("time", "seconds", "channel", "value", "unit", "gap", "note")


def export(recording: Recording, path: Path) -> None:
    """Write a recording to a file; its ending says of which kind.

    Raises
    ------
    LabError
        If the kind is not known, its library is not installed, or the file cannot be written or is there already.
    """
    write = _KINDS.get(path.suffix.lower())
    if write is None:
        raise LabError(f"{path.name} is of no kind that a recording can be exported to: {', '.join(_KINDS)}.")
    if path.exists():
        raise LabError(f"{path} is there already.")
    unfinished = path.with_name(f"{path.name}.part")  # nobody takes half of it for the whole
    try:
        write(recording, unfinished)
        os.replace(unfinished, path)
    except ImportError as error:
        library = error.name or str(error)
        raise LabError(
            f"{path.suffix} files need {library}, which is not installed: pip install 'pyrolab-gui[export]'.",
            str(error),
        ) from error
    except OSError as error:
        raise LabError(f"{path} cannot be written ({error.strerror or error}).", str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _csv(recording: Recording, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        for channel in recording.channels:
            for block in channel.blocks():
                for time, value in zip(block.times.tolist(), block.values.tolist(), strict=True):
                    table.writerow((_utc(time), repr(time), channel.name, value, channel.unit, "", ""))
        for time, name, gap, note in _beside(recording):
            table.writerow((_utc(time), repr(time), name, "", "", gap, note))


def _hdf5(recording: Recording, path: Path) -> None:
    import h5py

    about = recording.metadata
    with h5py.File(path, "w") as file:
        file.attrs.update(started=about.started, who=about.who, purpose=about.purpose, lab=about.lab)
        for channel in recording.channels:
            times, values = channel.read()
            group = file.create_group(channel.name)
            group.attrs.update(
                instrument=channel.instrument, member=channel.member, unit=channel.unit, period=channel.period
            )
            group["times"] = times
            group["values"] = values if values.dtype != object else values.astype(str).astype(h5py.string_dtype())
            gaps = [gap for gap in recording.gaps if gap.channel == channel.name]
            group["gaps"] = np.array([(gap.start, gap.end) for gap in gaps]).reshape(-1, 2)
            group["reasons"] = np.array([f"{gap.reason} {gap.message}".rstrip() for gap in gaps], h5py.string_dtype())
        words = [f"{_utc(note.time)} {note.who}: {note.text}" for note in recording.notes]
        file["notes"] = np.array(words, h5py.string_dtype())
        runs = [f"{_utc(run.started)} {run.who}: {run.summary or 'no end is written'}" for run in about.segments]
        file["runs"] = np.array(runs, h5py.string_dtype())
        for kind, found in (("settings", recording.settings), ("clocks", recording.clocks)):
            table = file.create_group(kind)
            for field in dataclasses.fields(Setting if kind == "settings" else Clock):
                column = [getattr(one, field.name) for one in found]
                if field.name == "value":
                    column = [json.dumps(value) for value in column]
                is_text = field.name in ("instrument", "member", "value", "who", "computer")
                table[field.name] = np.array(column, h5py.string_dtype() if is_text else float)


def _parquet(recording: Recording, path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    about = recording.metadata
    schema = pa.schema(
        [
            ("time", pa.timestamp("us", tz="UTC")), ("seconds", pa.float64()), ("channel", pa.string()),
            ("value", pa.float64()), ("text", pa.string()), ("unit", pa.string()), ("gap", pa.string()),
            ("note", pa.string()),
        ],
        metadata={"started": _utc(about.started), "who": about.who, "purpose": about.purpose, "lab": about.lab},
    )  # fmt: skip

    def rows(times: Any, names: list[str], numbers: Any, texts: Any, unit: str, gaps: Any, notes: Any) -> Any:
        moments = pa.array(np.round(np.asarray(times) * 1e6).astype(np.int64), pa.timestamp("us", tz="UTC"))
        count = len(times)
        columns = [moments, times, pa.array(names, pa.string()), numbers, texts, pa.array([unit] * count), gaps, notes]
        return pa.table([pa.array(column) for column in columns], schema=schema)

    def write(file: Any, tables: list[Any], least: int) -> None:
        if sum(table.num_rows for table in tables) >= least:  # a group of rows for each half second is 1 kB a sample
            file.write_table(pa.concat_tables(tables))
            tables.clear()

    waiting: list[Any] = []
    with parquet.ParquetWriter(path, schema) as file:
        for channel in recording.channels:
            for block in channel.blocks():
                none = pa.nulls(len(block), pa.string())
                texts = none
                if block.values.dtype == object:
                    texts = pa.array([value if isinstance(value, str) else None for value in block.values], pa.string())
                names = [channel.name] * len(block)
                waiting.append(rows(block.times, names, block.numbers, texts, channel.unit, none, none))
                write(file, waiting, _GROUP)
        if beside := _beside(recording):
            times, names, gaps, notes = (list(column) for column in zip(*beside, strict=True))
            nothing = (pa.nulls(len(beside), pa.float64()), pa.nulls(len(beside), pa.string()))
            words = (pa.array([text or None for text in texts], pa.string()) for texts in (gaps, notes))
            waiting.append(rows(times, names, *nothing, "", *words))
        write(file, waiting, 1)


def _beside(recording: Recording) -> list[tuple[float, str, str, str]]:
    """Return what a table says of a recording beside its samples: time, of which channel, a gap or a note in words."""
    about = recording.metadata
    purpose = ", ".join(word for word in (about.purpose, about.lab) if word)
    found = [
        (gap.start, gap.channel, f"until {_utc(gap.end)}: {gap.reason} {gap.message}".rstrip(), "")
        for gap in recording.gaps
    ]
    notes = [(run.started, "", f"begun by {run.who}{f': {purpose}' if purpose else ''}") for run in about.segments]
    notes += [(run.ended, "", f"ended: {run.summary}") for run in about.segments if run.ended is not None]
    notes += [(note.time, "", f"{note.who}: {note.text}") for note in recording.notes]
    for setting in recording.settings:
        words = f"set to {setting.value!r} by {setting.who}" if setting.who else f"stood at {setting.value!r}"
        notes.append((setting.time, f"{setting.instrument}.{setting.member}", words))
    for clock in recording.clocks:
        side = "ahead" if clock.offset >= 0 else "behind"
        uncertain = f"uncertain by {clock.uncertainty:.3f} s"
        notes.append(
            (clock.time, "", f"the clock of {clock.computer} is {abs(clock.offset):.3f} s {side}, {uncertain}")
        )
    return [*found, *((time, channel, "", note) for time, channel, note in sorted(notes))]


_KINDS: dict[str, Callable[[Recording, Path], None]] = {
    ".csv": _csv,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
    ".parquet": _parquet,
}


def _utc(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="microseconds")
