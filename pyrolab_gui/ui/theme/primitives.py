"""The painters of `LabStyle` for panels, indicators, frames and rows: one function for each, by Qt's element.

Each paints from an option and tokens alone and leaves the painter as it found it. An exception here would end the
process, so every one of them is tested in every state.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QStyle,
    QStyleOption,
    QStyleOptionHeader,
    QStyleOptionSlider,
    QStyleOptionViewItem,
    QWidget,
)

from pyrolab_gui.ui.theme.painting import chevron, disc, rounded, tick
from pyrolab_gui.ui.theme.tokens import RADIUS, Tokens

_PE = QStyle.PrimitiveElement
_SC = QStyle.SubControl
_State = QStyle.StateFlag


def kind_of(widget: QWidget | None) -> str:
    """Return which variant of itself a widget is."""
    kind = widget.property("kind") if widget is not None else None
    return kind if isinstance(kind, str) else "plain"


def scroll_bar_part(option: QStyleOptionSlider, sub: QStyle.SubControl) -> QRect:
    """Return where the thumb of a scroll bar, or the part before or after it, lies."""
    area = option.rect
    upright = option.orientation == Qt.Orientation.Vertical
    length = area.height() if upright else area.width()
    span = option.maximum - option.minimum
    thumb = length if span <= 0 else min(length, max(32, length * option.pageStep // max(1, span + option.pageStep)))
    start = 0
    if span > 0:
        start = QStyle.sliderPositionFromValue(
            option.minimum,
            option.maximum,
            option.sliderPosition,
            length - thumb,
            option.upsideDown,
        )
    begin, end = {
        _SC.SC_ScrollBarSlider: (start, start + thumb),
        _SC.SC_ScrollBarSubPage: (0, start),
        _SC.SC_ScrollBarAddPage: (start + thumb, length),
    }[sub]
    if upright:
        return QRect(area.left(), area.top() + begin, area.width(), end - begin)
    return QRect(area.left() + begin, area.top(), end - begin, area.height())


def paint_field(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    """Paint the ground and border of a field."""
    invalid = bool(widget.property("invalid")) if widget is not None else False
    locked = bool(widget.property("locked")) if widget is not None else False
    enabled = bool(option.state & _State.State_Enabled) and not locked
    focus = bool(option.state & _State.State_HasFocus)
    hovered = bool(option.state & _State.State_MouseOver)
    border = "error" if invalid else "accent" if focus else "field" if enabled else "hairline"
    if border == "field" and hovered:
        border = "field_hover"
    ground = tokens.color("base" if enabled else "window")
    rounded(painter, option.rect, ground, tokens.color(border), width=2.0 if focus else 1.0)


def _paint_line_edit(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    parent = widget.parentWidget() if widget is not None else None
    if widget is not None and widget.property("bare"):
        return
    if parent is not None and parent.inherits("QComboBox"):
        return  # the combo box has painted the field around it
    paint_field(option, painter, widget, tokens)


def paint_ghost(option: QStyleOption, painter: QPainter, tokens: Tokens) -> None:
    """Paint what there is of a button without a frame: its ground under the mouse, its ring with the focus."""
    down = bool(option.state & (_State.State_Sunken | _State.State_On))
    hovered = bool(option.state & _State.State_MouseOver) and bool(option.state & _State.State_Enabled)
    if down or hovered:
        rounded(painter, option.rect, tokens.color("button_down" if down else "hover"))
    if option.state & _State.State_HasFocus:
        rounded(painter, option.rect, None, tokens.color("accent"), width=2)


def _paint_button(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    kind = kind_of(widget)
    if kind == "ghost":
        paint_ghost(option, painter, tokens)
        return
    enabled = bool(option.state & _State.State_Enabled)
    down = bool(option.state & (_State.State_Sunken | _State.State_On))
    hot = down or bool(option.state & _State.State_MouseOver)
    ground, border = "button_down" if down else "button_hover" if hot else "button", "edge"
    if not enabled:
        ground, border = "window", "hairline"
    elif kind == "primary":
        ground = border = "accent_hover" if hot else "accent_fill"
    elif kind == "danger":
        ground, border = "error_tint" if hot else "button", "error"
    elif kind == "act":
        ground, border = "info_tint" if hot else "button", "accent"
    rounded(painter, option.rect, tokens.color(ground), tokens.color(border))
    if option.state & _State.State_HasFocus:
        rounded(painter, option.rect, None, tokens.color("accent"), width=2)
        if kind == "primary" and enabled:
            inner = QRectF(option.rect).adjusted(2, 2, -2, -2)
            rounded(painter, inner, None, tokens.color("on_accent"), radius=3, width=1.5)


def _paint_indicator(option: QStyleOption, painter: QPainter, tokens: Tokens, *, radio: bool) -> None:
    on = bool(option.state & _State.State_On)
    partly = bool(option.state & _State.State_NoChange)
    enabled = bool(option.state & _State.State_Enabled)
    area = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    radius = area.width() / 2 if radio else float(RADIUS)
    if on or partly:
        ground = border = "accent_fill" if enabled else "disabled"
    else:
        hovered = bool(option.state & _State.State_MouseOver)
        ground = "base" if enabled else "window"
        border = ("accent" if hovered else "field_hover") if enabled else "hairline"
    rounded(painter, area, tokens.color(ground), tokens.color(border), radius=radius)
    if option.state & _State.State_HasFocus:
        rounded(painter, area, None, tokens.color("accent"), radius=radius, width=2)
        if on or partly:
            inner = area.adjusted(1.5, 1.5, -1.5, -1.5)
            rounded(painter, inner, None, tokens.color("on_accent"), radius=max(1.0, radius - 1.5))
    at = area.center()
    if partly:
        painter.fillRect(QRectF(at.x() - 3.5, at.y() - 0.9, 7, 1.8), tokens.color("on_accent"))
    elif on and radio:
        disc(painter, at.x(), at.y(), 2.8, tokens.color("on_accent"))
    elif on:
        tick(painter, at.x(), at.y(), tokens.color("on_accent"))


def _paint_check(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    _paint_indicator(option, painter, tokens, radio=False)


def _paint_radio(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    _paint_indicator(option, painter, tokens, radio=True)


def _paint_branch(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    if option.state & _State.State_Children:
        direction = "down" if option.state & _State.State_Open else "right"
        at = option.rect.center()
        chevron(painter, at.x() + 1, at.y() + 1, tokens.color("secondary"), direction=direction)


def _row_ground(option: QStyleOption, tokens: Tokens) -> str:
    if option.state & _State.State_Selected:
        active = bool(option.state & _State.State_Active)
        return "select" if active and option.state & _State.State_Enabled else "select_inactive"
    if option.state & _State.State_MouseOver and option.state & _State.State_Enabled:
        return "hover"
    return ""


def _paint_row(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    """Paint the part of a row that belongs to no cell: what is left of the tree's first column."""
    ground = _row_ground(option, tokens)
    if ground:
        painter.fillRect(option.rect, tokens.color(ground))
    if option.state & _State.State_Selected and option.rect.left() <= 0:
        _row_bar(option, painter, tokens)


def _paint_cell(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    ground = _row_ground(option, tokens)
    if isinstance(option, QStyleOptionViewItem):
        brush = option.backgroundBrush
        if brush.style() != Qt.BrushStyle.NoBrush:
            painter.fillRect(option.rect, brush)
    if ground:
        painter.fillRect(option.rect, tokens.color(ground))
    if option.state & _State.State_Selected and option.rect.left() <= 0:
        _row_bar(option, painter, tokens)


def _row_bar(option: QStyleOption, painter: QPainter, tokens: Tokens) -> None:
    token = "accent" if option.state & _State.State_Active else "edge"
    painter.fillRect(QRect(0, option.rect.top(), 3, option.rect.height()), tokens.color(token))


def _paint_focus(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    """Paint the current cell of a view; every other widget paints its own ring with its panel."""
    if widget is not None and widget.inherits("QAbstractItemView") and option.state & _State.State_KeyboardFocusChange:
        rounded(painter, option.rect, None, tokens.color("accent"), radius=2, width=1.5)


def _paint_tip(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    painter.fillRect(option.rect, option.palette.color(QPalette.ColorRole.ToolTipBase))


def _paint_frame(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    rounded(painter, option.rect, None, tokens.color("hairline"))


def _paint_menu(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    painter.fillRect(option.rect, tokens.color("base"))


def _paint_menu_frame(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    rounded(painter, option.rect, None, tokens.color("edge"), radius=0)


def _paint_corner(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    painter.fillRect(option.rect, tokens.color("base"))


def _paint_nothing(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    return


def _arrow(direction: str) -> Any:
    def paint(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
        token = "secondary" if option.state & _State.State_Enabled else "disabled"
        at = option.rect.center()
        chevron(painter, at.x() + 0.5, at.y() + 0.5, tokens.color(token), direction=direction)

    return paint


def _paint_sort(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    if isinstance(option, QStyleOptionHeader):
        up = option.sortIndicator == QStyleOptionHeader.SortIndicator.SortUp
        at = option.rect.center()
        chevron(painter, at.x(), at.y() + 1, tokens.color("secondary"), direction="up" if up else "down", size=2.8)


PRIMITIVES: dict[QStyle.PrimitiveElement, Any] = {
    _PE.PE_PanelLineEdit: _paint_line_edit,
    _PE.PE_FrameLineEdit: _paint_nothing,
    _PE.PE_FrameButtonBevel: _paint_nothing,
    _PE.PE_FrameFocusRect: _paint_focus,
    _PE.PE_PanelButtonCommand: _paint_button,
    _PE.PE_IndicatorCheckBox: _paint_check,
    _PE.PE_IndicatorItemViewItemCheck: _paint_check,
    _PE.PE_IndicatorRadioButton: _paint_radio,
    _PE.PE_IndicatorBranch: _paint_branch,
    _PE.PE_IndicatorHeaderArrow: _paint_sort,
    _PE.PE_IndicatorArrowDown: _arrow("down"),
    _PE.PE_IndicatorArrowUp: _arrow("up"),
    _PE.PE_IndicatorArrowRight: _arrow("right"),
    _PE.PE_IndicatorArrowLeft: _arrow("left"),
    _PE.PE_PanelItemViewRow: _paint_row,
    _PE.PE_PanelItemViewItem: _paint_cell,
    _PE.PE_PanelScrollAreaCorner: _paint_corner,
    _PE.PE_PanelTipLabel: _paint_tip,
    _PE.PE_PanelMenu: _paint_menu,
    _PE.PE_FrameMenu: _paint_menu_frame,
    _PE.PE_Frame: _paint_frame,
    _PE.PE_FrameGroupBox: _paint_frame,
}
