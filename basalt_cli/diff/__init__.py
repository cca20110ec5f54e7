"""Differences between two versions of prompts as typed changes, each with its risk.

The modules that compare two versions of one prompt are pure; ``sides`` and the modules above it read both versions.
"""
