"""Processes: templates, values and the user's own commands run under limits; work shared among forks.

``child`` starts and reads them; what runs in them is handed in, and comes from the folders above and ``format``.
"""
