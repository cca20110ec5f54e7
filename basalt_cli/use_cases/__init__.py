"""What basalt does, each module one job, read from top to bottom."""
