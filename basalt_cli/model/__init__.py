"""Frozen values that the rest of basalt passes around: no input, no output, no clock."""
