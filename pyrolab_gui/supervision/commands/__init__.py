"""What a lab does over ssh: up, down, ps, status, start, stop, restart, reload, logs, since; over `SupervisorApi`."""
