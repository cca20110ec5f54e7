"""Slugs, references, words of messages, and edits of text. No input or output."""
