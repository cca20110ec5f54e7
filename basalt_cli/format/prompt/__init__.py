"""A prompt file: parsed to a Prompt with all its problems, its closure, and what rendering makes of it. Pure."""
