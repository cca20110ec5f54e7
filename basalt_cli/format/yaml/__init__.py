"""Strict YAML with the position of every node, and writing it back. Pure."""
