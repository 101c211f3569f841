"""A choice of one among several, folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyledItemDelegate

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QWidget


class Combo(QComboBox):
    """A combo box.

    Parameters
    ----------
    items
        Texts, or pairs of text and data.
    editable
        Whether another text may be typed.
    width
        A fixed width, or None for that of the longest item.
    kind
        ``ghost`` for no frame.
    """

    def __init__(
        self,
        items: Iterable[str | tuple[str, Any]] = (),
        *,
        editable: bool = False,
        width: int | None = None,
        kind: str = "plain",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        self.setFont(font())
        self.setEditable(editable)
        self.setFixedHeight(CONTROL_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # The default delegate of a combo box's list paints menu items; this one paints rows as every other list.
        self.setItemDelegate(QStyledItemDelegate(self))
        editor = self.lineEdit()
        if editor is not None:
            editor.setTextMargins(0, 0, 0, 0)
        self.set_items(items)
        if width is not None:
            self.setFixedWidth(width)

    def set_items(self, items: Iterable[str | tuple[str, Any]]) -> None:
        """Replace all items; the current text stays current if it is still there."""
        before = self.currentText()
        self.blockSignals(True)
        self.clear()
        for item in items:
            text, data = item if isinstance(item, tuple) else (item, item)
            self.addItem(text, data)
        found = self.findText(before)
        if found >= 0:
            self.setCurrentIndex(found)
        elif self.isEditable() and before:
            self.setEditText(before)
        self.blockSignals(False)

    def setAccessibleName(self, name: str) -> None:
        """Name it, and the line that is typed into."""
        super().setAccessibleName(name)
        editor = self.lineEdit()
        if editor is not None:
            editor.setAccessibleName(name)

    def set_invalid(self, invalid: bool) -> None:
        """Give the field a red border, or take it away."""
        self.setProperty("invalid", invalid)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: a value is not to change because the page was scrolled."""
        event.ignore()
