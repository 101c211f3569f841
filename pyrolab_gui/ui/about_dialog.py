"""What this program is, its version and the licences of what it shows."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XL, M
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.text_label import TextLabel

_TEXT = """\
See, host, supervise, drive and plot the instruments of a lab over Pyro5.

MIT licence. Fonts: Inter and JetBrains Mono (SIL Open Font License); icons: Phosphor (MIT)."""


def show_about(parent: QWidget) -> QDialog:
    """Open the dialog; it returns at once and ends by itself."""
    dialog = QDialog(parent)
    dialog.setObjectName("about-dialog")
    dialog.setWindowTitle("About PyroLab GUI")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    close = button("Close", kind="primary")
    close.clicked.connect(dialog.accept)
    close.setDefault(True)
    buttons = QHBoxLayout()
    buttons.addStretch(1)
    buttons.addWidget(close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(XL, XL, XL, XL)
    column.setSpacing(M)
    column.addWidget(TextLabel("PyroLab GUI", 18, 600))
    column.addWidget(TextLabel(versions(), 13, 400, "secondary", wrap=True, selectable=True))
    column.addWidget(TextLabel(_TEXT, 13, wrap=True))
    column.addLayout(buttons)
    dialog.setFixedWidth(460)
    dialog.open()
    return dialog


def versions() -> str:
    """Return the versions of this program and of what it stands on."""
    return (
        f"Version {_version('pyrolab-gui')} · Pyro5 {_version('Pyro5')} · Qt {qVersion()} · "
        f"Python {platform.python_version()} · {platform.system()}"
    )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"
