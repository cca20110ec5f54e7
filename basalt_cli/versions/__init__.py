"""Versions: which commit a closure came in at, and what a reference names."""
