"""SQLite files: opened, versioned, checked; no Qt, no knowledge of what is kept in them."""
