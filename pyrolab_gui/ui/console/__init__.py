"""Parts of an instrument's console: rows of readings and settings, forms of actions, the history."""
