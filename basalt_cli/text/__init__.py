"""Slugs, references, words of messages, and edits of text. Pure."""
