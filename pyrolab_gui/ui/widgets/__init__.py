"""Small parts that all screens share: one public widget per file.

All of them follow a change of theme, work from the keyboard, and tell their name to assistive technology.
"""
