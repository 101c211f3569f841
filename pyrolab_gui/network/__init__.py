"""The client side of Pyro5, in background threads; no Qt."""
