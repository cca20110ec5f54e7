"""Frozen records that all folders share. No input, output or clock."""
