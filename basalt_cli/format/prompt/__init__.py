"""A prompt file: parse it to a Prompt with all problems, its closure, and its messages. No input or output."""
