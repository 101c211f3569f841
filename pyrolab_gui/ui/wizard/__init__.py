"""The two steps by which an instrument is added: which one; name and test."""
