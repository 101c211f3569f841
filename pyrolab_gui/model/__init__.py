"""The lab as data: the lab file, its validation and its store; no Qt, no Pyro."""
