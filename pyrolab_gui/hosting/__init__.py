"""What runs inside the child processes: daemon and nameserver mains, facades, describing, sampling; no Qt."""
