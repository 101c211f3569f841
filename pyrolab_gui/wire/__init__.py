"""What both ends agree on: descriptions, plans, states, errors and the hardened Host; no Qt."""
