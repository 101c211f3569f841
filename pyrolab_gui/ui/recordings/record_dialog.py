"""The question before a recording: which readings, how often, what for, from when until when.

What is wrong stands at its field, and what will happen in one sentence below. Limits: asks; the view model begins it.
"""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from pyrolab_gui.ui.recordings.reading_tree import ReadingTree
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.plot_channel import Reading
from pyrolab_gui.viewmodels.recordings_rows import moment_text
from pyrolab_gui.viewmodels.recordings_vm import Wish
from pyrolab_gui.viewmodels.value_text import count_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.ui.widgets.form import FormRow
    from pyrolab_gui.viewmodels.recordings_vm import RecordingsViewModel

NOW, AT, WHEN, NEVER, AFTER = "now", "at", "when", "never", "after"
_BEGINS = (("now", NOW), ("at", AT), ("when", WHEN))
_ENDS = (("when somebody stops it", NEVER), ("after", AFTER), ("at", AT), ("when", WHEN))
_FILES = (("one file", 0.0), ("a new file every hour", 3_600.0), ("a new file every day", 86_400.0))
HINTS = {AT: "22:00 or 2026-11-24 22:00", WHEN: "cryo.temperature < 4.2", AFTER: "8 h, 30 min, 2 d"}
_UNITS = {"s": 1.0, "min": 60.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


class RecordDialog(QDialog):
    """The form."""

    def __init__(
        self, recordings: RecordingsViewModel, readings: Sequence[Reading] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("record-dialog")
        self.setWindowTitle("Record")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(780, 480)
        self._vm = recordings
        ticked = list(readings) or _plotted(recordings)
        self.filter = Field(icon="funnel", placeholder="Filter instruments and readings")
        self.tree = ReadingTree(recordings.plots, ticked)
        self.filter.textChanged.connect(self.tree.set_filter)
        self.tree.changed.connect(self._check)
        self.name = Field(recordings.default_name())
        self.purpose = Field(placeholder="What is it for?")
        self.period = Field("1", unit="s", number=True, width=90)
        self.begins = Combo(_BEGINS)
        self.begins_field = Field(width=190)
        self.ends = Combo(_ENDS)
        self.ends_field = Field(width=190)
        self.files = Combo(_FILES)
        self.keep = Field(unit="files", number=True, width=90)
        form = Form(88)
        self._rows: dict[str, FormRow] = {
            "name": form.add_row("&Name", self.name, help="Its file is called so."),
            "purpose": form.add_row("&Purpose", self.purpose, help="For whoever finds the recording."),
            "period": form.add_row("&Every", self.period, help="Each reading is taken so often."),
            "begins": form.add_row("&Begins", _beside(self.begins, self.begins_field)),
            "ends": form.add_row("En&ds", _beside(self.ends, self.ends_field)),
            "files": form.add_row("&Into", self.files),
            "keep": form.add_row("&Keep the newest", self.keep, help="Older files of this recording are deleted."),
        }
        self.sentence = TextLabel("", 12, 400, "secondary", wrap=True)
        self.cancel = button("Cancel")
        self.cancel.clicked.connect(self.reject)
        self.go = button("Record", "record", "primary")
        self.go.setObjectName("record-go")
        self.go.setDefault(True)
        self.go.clicked.connect(self._on_go_clicked)
        left = Panel("alternate")
        list_column = QVBoxLayout(left)
        list_column.setContentsMargins(12, 12, 12, 12)
        list_column.addWidget(self.filter)
        list_column.addWidget(self.tree, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.go)
        right = QVBoxLayout()
        right.setContentsMargins(20, 16, 20, 16)
        right.setSpacing(12)
        right.addWidget(form)
        right.addStretch(1)
        right.addWidget(self.sentence)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(left, 5)
        whole.addWidget(Separator(vertical=True))
        whole.addLayout(right, 6)
        for field in (self.name, self.purpose, self.period, self.begins_field, self.ends_field, self.keep):
            field.textChanged.connect(self._check)
        for combo in (self.begins, self.ends, self.files):
            combo.currentIndexChanged.connect(self._on_choice_changed)
        self.finished.connect(self.tree.end)
        self._tried = False
        self._on_choice_changed()
        self.purpose.setFocus()

    def wish(self) -> tuple[Wish, str, str]:
        """Return what is wished, and what cannot be read of it: the row and a sentence."""
        values: dict[str, float | str] = {}
        trouble = ("", "")
        for row, choice, field in (
            ("begins", self.begins.currentData(), self.begins_field),
            ("ends", self.ends.currentData(), self.ends_field),
        ):
            text = field.text().strip()
            try:
                if choice == AT:
                    values[row] = moment_of(text)
                elif choice == AFTER:
                    values["seconds"] = seconds_of(text)
                elif choice == WHEN:
                    values[f"{row}_when"] = text or "?"
            except ValueError as error:
                trouble = trouble if trouble[0] else (row, str(error))
        period = _number(self.period.text())
        if period is None:
            trouble = trouble if trouble[0] else ("period", "How many seconds?")
        keep = 0
        if self.files.currentData() and self.keep.text().strip():
            if not self.keep.text().strip().isdecimal() or not int(self.keep.text()):
                trouble = trouble if trouble[0] else ("keep", "How many? Empty keeps all.")
            else:
                keep = int(self.keep.text())
        wish = Wish(
            self.tree.ticked(),
            self.name.text(),
            self.purpose.text(),
            period or 0.0,
            begins=float(values.get("begins", 0.0)),
            begins_when=str(values.get("begins_when", "")),
            ends=float(values.get("ends", 0.0)),
            seconds=float(values.get("seconds", 0.0)),
            ends_when=str(values.get("ends_when", "")),
            new_file_seconds=float(self.files.currentData() or 0.0),
            keep_files=keep,
        )
        return wish, *trouble

    def _on_choice_changed(self, _index: int = 0) -> None:
        for combo, field in ((self.begins, self.begins_field), (self.ends, self.ends_field)):
            hint = HINTS.get(combo.currentData(), "")
            field.setVisible(bool(hint))
            field.setPlaceholderText(hint)
        self._rows["keep"].set_shown(bool(self.files.currentData()))
        self._check()

    def _check(self, _text: str = "") -> None:
        wish, row, sentence = self.wish()
        if not row:
            row, sentence = self._vm.problem_of(wish)
        for key, one in self._rows.items():
            # An empty field that nobody has come to is not wrong yet.
            one.set_error(sentence if key == row and (self._tried or key in ("name", "period")) else "")
        self.go.setEnabled(row != "readings")
        self.sentence.setText(sentence if row else _words(wish))

    def _on_go_clicked(self) -> None:
        self._tried = True
        self._check()
        wish, row, _ = self.wish()
        if row or self._vm.problem_of(wish)[0]:
            return
        self.go.setEnabled(False)
        self._vm.start(wish, self._on_started)

    def _on_started(self, problem: str) -> None:
        if not isValid(self):
            return
        if not problem:
            self.accept()
            return
        self.go.setEnabled(True)
        self.sentence.setText(problem)
        self.sentence.set_role("error")


def moment_of(text: str) -> float:
    """Read ``22:00`` (the next time that it is so late) or ``2026-11-24 22:00``. Raises ValueError with a sentence."""
    now = datetime.datetime.now()
    try:
        if "-" not in text:
            moment = datetime.datetime.combine(now.date(), datetime.time.fromisoformat(text))
            return (moment + datetime.timedelta(days=moment <= now)).timestamp()
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise ValueError(f"A time, such as {HINTS[AT]}.") from error


def seconds_of(text: str) -> float:
    """Read ``8 h``. Raises ValueError with a sentence."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz ").strip()
    unit = text[len(number) :].strip() if text.startswith(number) else ""
    value = _number(number)
    if value is None or unit not in _UNITS or value <= 0:
        raise ValueError(f"How long, such as {HINTS[AFTER]}.")
    return value * _UNITS[unit]


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if value == value else None


def _words(wish: Wish) -> str:
    begins = "now"
    if wish.begins:
        begins = moment_text(wish.begins)
    elif wish.begins_when:
        begins = f"when {wish.begins_when}"
    ends = "until somebody stops it"
    if wish.ends:
        ends = f"until {moment_text(wish.ends).removeprefix('at ').removeprefix('on ')}"
    elif wish.seconds:
        end = (wish.begins or time.time()) + wish.seconds
        ends = (
            "for that long" if wish.begins_when else f"until {moment_text(end).removeprefix('at ').removeprefix('on ')}"
        )
    elif wish.ends_when:
        ends = f"until {wish.ends_when}"
    count = count_text(len(wish.readings), "reading")
    return f"{count}, every {wish.period:g} s, from {begins} {ends}. It goes on when this window is closed."


def _plotted(recordings: RecordingsViewModel) -> list[Reading]:
    """Return what is on the current page of the plots: that is likely what is meant."""
    page = recordings.plots.current
    channels = page.plot.channels if page is not None else []
    return [Reading(one.instrument, one.member, one.own_unit) for one in channels if not one.recorded]


def _beside(first: QWidget, second: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(first)
    row.addWidget(second)
    row.addStretch(1)
    both.setFocusProxy(first)
    return both
