"""Widths of the columns that readings and settings share, so that values stand below each other."""

LABEL = 144
VALUE = 96
UNIT = 42
EDITOR = 148
BUTTON = 26
ROW = 36
NOTE_ROW = 16
