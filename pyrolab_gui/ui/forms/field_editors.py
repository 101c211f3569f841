"""Editors of single values: each shows what it is given and tells what was typed, as a value where it is one.

What cannot be read as a value is told as the text that was typed, so that validation can say what is wrong with it and
nothing is altered behind the hand that types. Limits: no validation, no labels; those are the form's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from pyrolab_gui.ui.theme import font, rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT, L
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NUMBER_WIDTH = 120
_CHOICE_WIDTH = 180
_TEXT_WIDTH = 280
_LINES_HEIGHT = 76
_MOST_SEGMENTS = 3


class ValueEditor(QWidget):
    """What all editors have in common.

    Signals
    -------
    edited
        The value changed by hand.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(L)

    def value(self) -> Any:
        """Return the value, or the text where it is none."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value; this is no edit."""
        raise NotImplementedError

    def set_choices(self, names: Sequence[str]) -> None:
        """Offer other names, where the value is a name."""

    def set_invalid(self, invalid: bool) -> None:
        """Mark the value as wrong."""

    def fault(self) -> str:
        """Return a sentence about what validation cannot see."""
        return ""

    def _hold(self, widget: QWidget) -> None:
        self._row.addWidget(widget)
        self.setFocusProxy(widget)


class TextEditor(ValueEditor):
    """A line of text; with `none_if_empty` an empty one is None."""

    def __init__(self, *, none_if_empty: bool = False) -> None:
        super().__init__()
        self._none_if_empty = none_if_empty
        self._field = Field()
        self._field.textEdited.connect(lambda _: self.edited.emit())
        self._hold(self._field)

    def sizeHint(self) -> QSize:
        """Return room for a path or a module; in a narrow form it is less."""
        return QSize(_TEXT_WIDTH, CONTROL_HEIGHT)

    def value(self) -> Any:
        """Return the text."""
        text = self._field.text()
        return None if self._none_if_empty and not text else text

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self._field.setText("" if value is None else str(value))

    def set_invalid(self, invalid: bool) -> None:
        """Mark the field."""
        self._field.set_invalid(invalid)


class NumberEditor(ValueEditor):
    """A number, with its unit inside; what is no number is told as text, and so is nothing."""

    def __init__(self, parse: Callable[[str], Any], *, unit: str = "", none_if_empty: bool = False) -> None:
        super().__init__()
        self._parse = parse
        self._none_if_empty = none_if_empty
        self._field = Field(number=True, unit=unit, width=_NUMBER_WIDTH)
        self._field.textEdited.connect(lambda _: self.edited.emit())
        self._hold(self._field)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def value(self) -> Any:
        """Return the number, or what was typed."""
        text = self._field.text().strip()
        if not text and self._none_if_empty:
            return None
        try:
            return self._parse(text.replace("\N{MINUS SIGN}", "-"))
        except ValueError:
            return self._field.text()

    def set_value(self, value: Any) -> None:
        """Show a number."""
        self._field.setText(_number_text(value))

    def set_invalid(self, invalid: bool) -> None:
        """Mark the field."""
        self._field.set_invalid(invalid)


class SwitchEditor(ValueEditor):
    """True or false."""

    def __init__(self, words: tuple[str, str] = ("no", "yes")) -> None:
        super().__init__()
        self._switch = Switch(words=words)
        self._switch.toggled.connect(lambda _: self.edited.emit())
        self._hold(self._switch)

    def value(self) -> Any:
        """Return whether it is on."""
        return self._switch.isChecked()

    def set_value(self, value: Any) -> None:
        """Switch without telling."""
        self._switch.blockSignals(True)
        self._switch.setChecked(value is True)
        self._switch.blockSignals(False)


class ChoiceEditor(ValueEditor):
    """One of a few values: all in sight where they are few, else folded. A value that is no choice is offered too.

    Parameters
    ----------
    choices
        The values.
    editable
        Whether another value may be typed.
    folded
        Whether few choices are folded too, because there may be more of them later.
    """

    def __init__(self, choices: Sequence[str], *, editable: bool = False, folded: bool = False) -> None:
        super().__init__()
        self._choices = list(choices)
        self._words = [choice.replace("-", " ") for choice in choices]
        self._segments: Segmented | None = None
        self._combo: Combo | None = None
        if len(choices) <= _MOST_SEGMENTS and not (editable or folded) and sum(map(len, choices)) <= 28:
            self._segments = Segmented(self._words)
            self._segments.currentChanged.connect(lambda _: self.edited.emit())
            self._hold(self._segments)
        else:
            self._combo = Combo(choices, editable=editable, width=_CHOICE_WIDTH)
            self._combo.currentTextChanged.connect(lambda _: self.edited.emit())
            self._hold(self._combo)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def value(self) -> Any:
        """Return the choice."""
        if self._segments is not None:
            chosen = self._segments.current()
            return self._choices[chosen] if chosen >= 0 else ""
        return self._combo.currentText() if self._combo is not None else ""

    def set_value(self, value: Any) -> None:
        """Choose without telling."""
        text = "" if value is None else str(value)
        if self._segments is not None:
            self._segments.blockSignals(True)
            self._segments.setCurrent(self._choices.index(text) if text in self._choices else -1)
            self._segments.blockSignals(False)
        elif self._combo is not None:
            self._combo.blockSignals(True)
            if self._combo.isEditable():
                self._combo.setEditText(text)
            else:
                if text and self._combo.findText(text) < 0:
                    self._combo.addItem(text, text)
                self._combo.setCurrentIndex(self._combo.findText(text))
            self._combo.blockSignals(False)

    def set_choices(self, names: Sequence[str]) -> None:
        """Offer other names; the chosen one stays, even if it is not among them."""
        if self._combo is None or list(names) == self._choices:
            return
        self._choices = list(names)
        chosen = self.value()
        self._combo.set_items(names)
        self.set_value(chosen)

    def set_invalid(self, invalid: bool) -> None:
        """Mark the field."""
        for widget in (self._segments, self._combo):
            if widget is not None:
                widget.set_invalid(invalid)


class NamesEditor(ValueEditor):
    """Some of the names that there are, as check boxes; a listed name that is not there stays, and says so."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = list(names)
        self._value: tuple[str, ...] = ()
        self._boxes: dict[str, QCheckBox] = {}
        self._build()

    def value(self) -> Any:
        """Return the checked names: those that were listed in their order, then the new ones."""
        checked = [name for name, box in self._boxes.items() if box.isChecked()]
        kept = [name for name in self._value if name in checked]
        return (*kept, *(name for name in checked if name not in kept))

    def set_value(self, value: Any) -> None:
        """Check names."""
        self._value = tuple(value) if isinstance(value, tuple | list) else ()
        self._build()

    def set_choices(self, names: Sequence[str]) -> None:
        """Offer other names."""
        if list(names) != self._names:
            self._value = self.value()
            self._names = list(names)
            self._build()

    def _build(self) -> None:
        shown = [*self._names, *(name for name in self._value if name not in self._names)]
        if list(self._boxes) != shown:
            while (item := self._row.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            self._boxes = {}
            for name in shown:
                box = QCheckBox(name if name in self._names else f"{name} (missing)")
                box.setFont(font())
                box.clicked.connect(lambda _=False: self.edited.emit())
                self._boxes[name] = box
                self._row.addWidget(box)
            self._row.addStretch(1)
            if self._boxes:
                self.setFocusProxy(next(iter(self._boxes.values())))
        for name, box in self._boxes.items():
            box.setChecked(name in self._value)


class LinesEditor(ValueEditor):
    """Several lines of text: one text, or with `as_list` one item a line."""

    def __init__(self, *, as_list: bool = False) -> None:
        super().__init__()
        self._as_list = as_list
        self._text = QPlainTextEdit()
        self._text.setFont(font())
        self._text.setFixedHeight(_LINES_HEIGHT)
        self._text.setPlaceholderText("one a line" if as_list else "")
        self._text.setTabChangesFocus(True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.viewport().setAutoFillBackground(False)
        self._text.installEventFilter(self)
        self._invalid = False
        self._text.textChanged.connect(self._on_text_changed)
        self._quiet = False
        self._row.setContentsMargins(3, 2, 3, 2)
        self._hold(self._text)

    def sizeHint(self) -> QSize:
        """Return the width of a line of text."""
        return QSize(_TEXT_WIDTH, super().sizeHint().height())

    def value(self) -> Any:
        """Return the text, or its lines."""
        text = self._text.toPlainText()
        return tuple(line.strip() for line in text.splitlines() if line.strip()) if self._as_list else text

    def set_value(self, value: Any) -> None:
        """Show a text or a list."""
        self._quiet = True
        text = "\n".join(map(str, value)) if isinstance(value, tuple | list) else str(value or "")
        self._text.setPlainText(text)
        self._quiet = False

    def set_invalid(self, invalid: bool) -> None:
        """Mark the field."""
        self._invalid = invalid
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show where the focus is."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame of a field."""
        tokens = tokens_of(self)
        focused = self._text.hasFocus()
        border = "error" if self._invalid else "accent" if focused else "field"
        with QPainter(self) as painter:
            rounded(painter, self.rect(), tokens.color("base"), tokens.color(border), width=2 if focused else 1)

    def _on_text_changed(self) -> None:
        if not self._quiet:
            self.edited.emit()


def _number_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and not isinstance(value, bool):
        text = repr(value)
        return text.removesuffix(".0") if "e" not in text else text
    return str(value)
