"""LabStyle: Fusion with flat fields, buttons and headers, thin scroll bars and a focus ring that is always visible.

Colours come from the palette of what is painted. Dynamic properties choose variants: ``kind`` of a push button
(primary, act, danger, ghost) or combo box (ghost), ``invalid`` of a field, ``indent`` of a header's first label.
No style sheet is used: one would take borders and sizes away from here.
"""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QProxyStyle,
    QStyle,
    QStyleFactory,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionHeader,
    QStyleOptionSlider,
    QStyleOptionViewItem,
    QWidget,
)

from pyrolab_gui.ui.theme.painting import chevron, disc, rounded, saved, tick
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT, HEADER_HEIGHT, RADIUS, ROW_HEIGHT, Tokens, tokens_of

_PE = QStyle.PrimitiveElement
_CE = QStyle.ControlElement
_CC = QStyle.ComplexControl
_CT = QStyle.ContentsType
_PM = QStyle.PixelMetric
_SH = QStyle.StyleHint
_SC = QStyle.SubControl
_State = QStyle.StateFlag

_METRICS = {
    _PM.PM_ScrollBarExtent: 10,
    _PM.PM_IndicatorWidth: 16,
    _PM.PM_IndicatorHeight: 16,
    _PM.PM_ExclusiveIndicatorWidth: 16,
    _PM.PM_ExclusiveIndicatorHeight: 16,
    _PM.PM_SplitterWidth: 1,
    _PM.PM_TreeViewIndentation: 16,
    _PM.PM_DefaultFrameWidth: 1,
    _PM.PM_ButtonIconSize: 16,
    _PM.PM_SmallIconSize: 16,
    _PM.PM_CheckBoxLabelSpacing: 8,
    _PM.PM_RadioButtonLabelSpacing: 8,
    _PM.PM_ScrollView_ScrollBarSpacing: 0,
    _PM.PM_ButtonShiftHorizontal: 0,
    _PM.PM_ButtonShiftVertical: 0,
    _PM.PM_HeaderMargin: 8,
    _PM.PM_FocusFrameHMargin: 7,
    _PM.PM_MenuPanelWidth: 1,
    _PM.PM_MenuVMargin: 4,
}
_COMBO_LEFT = 9
_COMBO_RIGHT = 24
_HINTS = {
    _SH.SH_EtchDisabledText: 0,
    _SH.SH_DialogButtonBox_ButtonsHaveIcons: 0,
    _SH.SH_ItemView_ShowDecorationSelected: 1,
    _SH.SH_ComboBox_Popup: 0,
    _SH.SH_UnderlineShortcut: 0,
}
_BUTTON_TEXT = {"primary": "on_accent", "danger": "error", "act": "accent"}


class LabStyle(QProxyStyle):
    """The look of every standard widget."""

    def __init__(self) -> None:
        super().__init__(QStyleFactory.create("Fusion"))

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        """Return a size of the look."""
        own = _METRICS.get(metric)
        return own if own is not None else super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803 - Qt's name
    ) -> int:
        """Return a habit of the look."""
        own = _HINTS.get(hint)
        return own if own is not None else super().styleHint(hint, option, widget, returnData)

    def sizeFromContents(
        self,
        kind: QStyle.ContentsType,
        option: QStyleOption,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        """Return the size that a widget wants around its contents."""
        result = super().sizeFromContents(kind, option, size, cast("QWidget", widget))
        if kind == _CT.CT_PushButton:
            text = option.text if isinstance(option, QStyleOptionButton) else ""
            return QSize(size.width() + 24 if text else CONTROL_HEIGHT, CONTROL_HEIGHT)
        if kind == _CT.CT_ComboBox:
            return QSize(size.width() + _COMBO_LEFT + _COMBO_RIGHT + 2, CONTROL_HEIGHT)
        if kind in (_CT.CT_LineEdit, _CT.CT_SpinBox):
            result.setHeight(CONTROL_HEIGHT)
        elif kind in (_CT.CT_CheckBox, _CT.CT_RadioButton):
            result.setHeight(max(24, result.height()))
        elif kind == _CT.CT_HeaderSection and _across(option):
            result.setHeight(HEADER_HEIGHT)
        elif kind == _CT.CT_ItemViewItem:
            result.setHeight(max(ROW_HEIGHT, result.height()))
        elif kind == _CT.CT_MenuItem and result.height() > 10:
            result.setHeight(max(CONTROL_HEIGHT, result.height()))
        return result

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Paint a panel, an indicator or a frame."""
        paint = _PRIMITIVES.get(element)
        if paint is None:
            super().drawPrimitive(element, option, painter, widget)
        else:
            paint(option, painter, widget, tokens_of(option.palette))

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Paint a label, a header section or a splitter."""
        tokens = tokens_of(option.palette)
        if element == _CE.CE_PushButtonLabel and isinstance(option, QStyleOptionButton):
            button = QStyleOptionButton(option)
            palette = QPalette(button.palette)
            enabled = bool(button.state & _State.State_Enabled)
            token = _BUTTON_TEXT.get(_kind(widget), "text") if enabled else "disabled"
            palette.setColor(QPalette.ColorRole.ButtonText, tokens.color(token))
            button.palette = palette
            super().drawControl(element, button, painter, widget)
        elif element in (_CE.CE_HeaderSection, _CE.CE_HeaderEmptyArea):
            painter.fillRect(option.rect, tokens.color("base"))
            line = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
            painter.fillRect(line, tokens.color("hairline"))
        elif element == _CE.CE_HeaderLabel and isinstance(option, QStyleOptionHeader):
            header = QStyleOptionHeader(option)
            palette = QPalette(header.palette)
            for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
                palette.setColor(role, tokens.color("secondary"))
            header.palette = palette
            indent = widget.property("indent") if widget is not None else None
            if indent and header.section == 0:
                header.rect = header.rect.adjusted(int(indent), 0, 0, 0)
            super().drawControl(element, header, painter, widget)
        elif element == _CE.CE_Splitter:
            painter.fillRect(option.rect, tokens.color("hairline"))
        elif element == _CE.CE_ComboBoxLabel and isinstance(option, QStyleOptionComboBox):
            self._combo_label(option, painter, widget, tokens)
        elif element == _CE.CE_FocusFrame:
            rounded(painter, option.rect, None, tokens.color("accent"), width=2)
        else:
            super().drawControl(element, option, painter, widget)

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        sub: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        """Return where a part of a combo box or scroll bar lies."""
        if control == _CC.CC_ComboBox and sub == _SC.SC_ComboBoxEditField:
            editable = isinstance(option, QStyleOptionComboBox) and option.editable
            return option.rect.adjusted(_COMBO_LEFT - 4 if editable else _COMBO_LEFT, 1, -_COMBO_RIGHT, -1)
        if control == _CC.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            if sub in (_SC.SC_ScrollBarAddLine, _SC.SC_ScrollBarSubLine):
                return QRect()
            if sub == _SC.SC_ScrollBarGroove:
                return QRect(option.rect)
            if sub in (_SC.SC_ScrollBarSlider, _SC.SC_ScrollBarSubPage, _SC.SC_ScrollBarAddPage):
                return _scroll_bar_part(option, sub)
        return super().subControlRect(control, option, sub, cast("QWidget", widget))

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Paint a combo box or a scroll bar."""
        tokens = tokens_of(option.palette)
        if control == _CC.CC_ComboBox:
            enabled = bool(option.state & _State.State_Enabled)
            if _kind(widget) == "ghost":
                _ghost_ground(option, painter, tokens)
            else:
                _paint_field(option, painter, widget, tokens)
            color = tokens.color("secondary" if enabled else "disabled")
            chevron(painter, option.rect.right() - 12, option.rect.center().y() + 1, color)
        elif control == _CC.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            thumb = QRectF(_scroll_bar_part(option, _SC.SC_ScrollBarSlider))
            if option.maximum <= option.minimum:
                return
            upright = option.orientation == Qt.Orientation.Vertical
            thumb = thumb.adjusted(3, 2, -2, -2) if upright else thumb.adjusted(2, 3, -2, -2)
            hovered = bool(option.state & _State.State_MouseOver)
            rounded(painter, thumb, tokens.color("field" if hovered else "edge"), radius=2.5)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def _combo_label(
        self,
        option: QStyleOptionComboBox,
        painter: QPainter,
        widget: QWidget | None,
        tokens: Tokens,
    ) -> None:
        if option.editable:
            return
        area = self.subControlRect(_CC.CC_ComboBox, option, _SC.SC_ComboBoxEditField, widget)
        enabled = bool(option.state & _State.State_Enabled)
        with saved(painter):
            left = area.left()
            if not option.currentIcon.isNull():
                option.currentIcon.paint(painter, QRect(left, area.center().y() - 7, 16, 16))
                left += 22
            area.setLeft(left)
            painter.setPen(tokens.color("text" if enabled else "disabled"))
            text = option.fontMetrics.elidedText(option.currentText, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _kind(widget: QWidget | None) -> str:
    kind = widget.property("kind") if widget is not None else None
    return kind if isinstance(kind, str) else "plain"


def _across(option: QStyleOption) -> bool:
    return isinstance(option, QStyleOptionHeader) and option.orientation == Qt.Orientation.Horizontal


def _scroll_bar_part(option: QStyleOptionSlider, sub: QStyle.SubControl) -> QRect:
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


def _paint_field(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
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
    _paint_field(option, painter, widget, tokens)


def _ghost_ground(option: QStyleOption, painter: QPainter, tokens: Tokens) -> None:
    down = bool(option.state & (_State.State_Sunken | _State.State_On))
    hovered = bool(option.state & _State.State_MouseOver) and bool(option.state & _State.State_Enabled)
    if down or hovered:
        rounded(painter, option.rect, tokens.color("button_down" if down else "hover"))
    if option.state & _State.State_HasFocus:
        rounded(painter, option.rect, None, tokens.color("accent"), width=2)


def _paint_button(option: QStyleOption, painter: QPainter, widget: QWidget | None, tokens: Tokens) -> None:
    kind = _kind(widget)
    if kind == "ghost":
        _ghost_ground(option, painter, tokens)
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


_PRIMITIVES: dict[QStyle.PrimitiveElement, Any] = {
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
