"""What the window knows: owns tasks, turns events of the network into typed Qt signals."""
