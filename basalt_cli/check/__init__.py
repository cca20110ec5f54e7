"""The merge gate: what a change is, and whether it may be merged.

Reads the change, its pointers and its callers; judges with lint, testing, diff and environments, and moves nothing.
"""
