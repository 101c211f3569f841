"""LabStyle: Fusion with flat fields, buttons and headers, thin scroll bars and a focus ring that is always visible.

Colours come from the palette of what is painted. Dynamic properties choose variants: ``kind`` of a push button
(primary, act, danger, ghost) or combo box (ghost), ``invalid`` of a field, ``indent`` of a header's first label.
No style sheet is used: one would take borders and sizes away from here.
"""

from __future__ import annotations

from typing import cast

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
    QWidget,
)

from pyrolab_gui.ui.theme.painting import chevron, rounded, saved
from pyrolab_gui.ui.theme.primitives import PRIMITIVES, kind_of, paint_field, paint_ghost, scroll_bar_part
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT, HEADER_HEIGHT, ROW_HEIGHT, Tokens, tokens_of

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
        paint = PRIMITIVES.get(element)
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
            token = _BUTTON_TEXT.get(kind_of(widget), "text") if enabled else "disabled"
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
                return scroll_bar_part(option, sub)
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
            if kind_of(widget) == "ghost":
                paint_ghost(option, painter, tokens)
            else:
                paint_field(option, painter, widget, tokens)
            color = tokens.color("secondary" if enabled else "disabled")
            chevron(painter, option.rect.right() - 12, option.rect.center().y() + 1, color)
        elif control == _CC.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            thumb = QRectF(scroll_bar_part(option, _SC.SC_ScrollBarSlider))
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


def _across(option: QStyleOption) -> bool:
    return isinstance(option, QStyleOptionHeader) and option.orientation == Qt.Orientation.Horizontal
