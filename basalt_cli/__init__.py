"""Prompts as code on plain git."""

__version__ = "0.1.0"
