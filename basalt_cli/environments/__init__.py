"""Moves of pointers: targets, plans, gates, rollback; and what runs where: status and pointer events.

Reads and writes pointers through `pointers` alone.
"""
