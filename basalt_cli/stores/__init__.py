"""What is remembered between runs. Every entry can be deleted at any time."""
