"""The command line: options in, one use case, a report and an exit code out."""
