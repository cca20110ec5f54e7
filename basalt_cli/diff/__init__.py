"""Differences between two versions of a prompt as typed changes, each with its risk.

The modules that compare two prompts are pure; the ones that read both sides come above them.
"""
