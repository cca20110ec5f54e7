"""What commands print: a folder for each report, a module for each of its formats.

Reports only format values; they read and compute nothing.
"""
