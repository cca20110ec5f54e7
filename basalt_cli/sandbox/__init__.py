"""Bounded processes: templates, values, and programs of the user run under limits of time, memory and output."""
