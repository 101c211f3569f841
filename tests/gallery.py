"""Every widget of the project in every state, on one page."""

from __future__ import annotations

import math

from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pyrolab_gui.ui.theme import STATE_WORDS
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import Kind, button
from pyrolab_gui.ui.widgets.chip import Chip
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.sparkline import Sparkline
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.switch import Switch
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.ui.widgets.toast import Toast, ToastMessage

_KINDS: tuple[Kind, ...] = ("plain", "primary", "act", "danger", "ghost")


class Gallery(Panel):
    """The page."""

    def __init__(self) -> None:
        super().__init__("base")
        self.resize(1280, 860)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(24, 16, 24, 16)
        columns.setSpacing(24)
        for build in (self._first, self._second, self._third):
            column = QVBoxLayout()
            column.setSpacing(8)
            build(column)
            column.addStretch(1)
            columns.addLayout(column, 1)

    def _first(self, column: QVBoxLayout) -> None:
        column.addWidget(SectionHead("Buttons", button("View all", kind="ghost"), count=5))
        for enabled in (True, False):
            row = QHBoxLayout()
            row.setSpacing(8)
            for kind in _KINDS:
                shown = button(kind.capitalize(), "lightning" if kind == "act" else "", kind)
                shown.setEnabled(enabled)
                row.addWidget(shown)
            square = button("", "gear-six", "ghost", "Set up")
            square.setEnabled(enabled)
            row.addWidget(square)
            row.addStretch(1)
            column.addLayout(row)
        column.addWidget(SectionHead("States"))
        grid = QGridLayout()
        for place, state in enumerate(STATE_WORDS):
            grid.addWidget(StateLabel(state, extra="0.4 ms" if state == "live" else ""), place // 2, place % 2)
        column.addLayout(grid)
        column.addWidget(Separator())
        column.addWidget(SectionHead("Type"))
        for size, weight in ((18, 600), (18, 500), (16, 600), (14, 600), (13, 400), (12, 400)):
            column.addWidget(TextLabel(f"Laser 1550.000 nm −0.35 0x1313 ({size}/{weight})", size, weight))
        column.addWidget(TextLabel("def power(self) -> float != 0x1313", 12, mono=True))
        row = QHBoxLayout()
        for role in ("text", "secondary", "error", "accent", "live", "slow", "alarm"):
            row.addWidget(TextLabel(role, role=role))
        column.addLayout(row)

    def _second(self, column: QVBoxLayout) -> None:
        column.addWidget(SectionHead("Form"))
        form = Form(112)
        form.add_row("Wavelength", Field("1550.000", unit="nm", number=True, width=148), "1500 – 1630 nm")
        bad = form.add_row("Power", Field("14", unit="mW", number=True, width=148), "0.1 – 13 mW")
        bad.set_error("Above 13 mW, the most that this laser can give.")
        off = Field("5.00", unit="mm/s", number=True, width=148)
        off.setEnabled(False)
        form.add_row("Velocity", off)
        locked = Field("localhost:41231", width=200)
        locked.set_locked(True)
        form.add_row("Address", locked)
        form.add_row("Mode", Combo(("constant power", "constant current")))
        form.add_row("Editable", Combo(("localhost", "public"), editable=True, width=168))
        quiet = Combo(("off",))
        quiet.setEnabled(False)
        form.add_row("Disabled", quiet)
        form.add_row("Trigger", Segmented(("None", "Start", "Step", "Stop")))
        unset = Segmented(("One way", "Both"))
        unset.setEnabled(False)
        form.add_row("Direction", unset)
        form.add_row("Output", Switch(True))
        form.add_row("Coherence", Switch(False))
        for on in (True, False):
            dead = Switch(on)
            dead.setEnabled(False)
            form.add_row("Disabled", dead)
        checks = QWidget()
        row = QHBoxLayout(checks)
        row.setContentsMargins(0, 0, 0, 0)
        for number, kind in enumerate((QCheckBox, QRadioButton, QCheckBox, QRadioButton)):
            box = kind("main")
            box.setChecked(number % 3 == 0)
            box.setAutoExclusive(False)
            row.addWidget(box)
        dead_box = QCheckBox("off")
        dead_box.setChecked(True)
        dead_box.setEnabled(False)
        row.addWidget(dead_box)
        form.add_row("Register with", checks)
        form.add_row("Filter", Field(icon="magnifying-glass", placeholder="Filter 15 instruments", hint="/", width=200))
        column.addWidget(form)
        row = QHBoxLayout()
        row.addWidget(Chip("not sent", "accent", "info_tint"))
        row.addWidget(Chip("Locked by ann", "text", icon="lock-simple"))
        row.addWidget(Chip("default"))
        for quiet_line in (False, True):
            line = Sparkline()
            line.set_values([None if 30 < n < 36 else math.sin(n / 5) + 0.1 * (n % 3) for n in range(80)])
            line.set_quiet(quiet_line)
            row.addWidget(line)
        row.addStretch(1)
        column.addLayout(row)

    def _third(self, column: QVBoxLayout) -> None:
        text = "The daemon cryo on pc-cryo is alive, but could not open COM7. Trying again in 12 s."
        remedies = (
            button("Try now", "arrow-clockwise", "primary"),
            button("Open daemon"),
            button("Details", kind="ghost"),
        )
        column.addWidget(Banner("lost", "No answer since 14:03:22", text, remedies))
        column.addWidget(Banner("no reply", "The process runs, but does not reply", "18 pings went unanswered."))
        column.addWidget(Banner("live", "Healthy"))
        column.addWidget(Banner("connecting", "Connecting to its instrument"))
        for kind in ("error", "warning", "info"):
            column.addWidget(Toast(ToastMessage("cryo.stage does not answer (last seen 14:03:22)", "why", kind)))
        tree = QTreeWidget()
        tree.setHeaderLabels(["Name", "State", "Host"])
        for group in ("compute", "optics"):
            parent = QTreeWidgetItem(tree, [group])
            for name in ("laser", "meter"):
                item = QTreeWidgetItem(parent, [name, "live", "pc-bench:41231"])
                if (group, name) == ("optics", "laser"):
                    tree.setCurrentItem(item)
        tree.expandAll()
        tree.setFixedHeight(220)
        column.addWidget(tree)
        column.addWidget(
            EmptyState(
                "list-bullets",
                "No calls yet",
                "Every call from this window is listed here.",
                button("Show everyone's calls"),
            )
        )
