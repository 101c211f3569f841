"""Child processes seen from outside: start, ready, health, restart, stop; no Qt."""
