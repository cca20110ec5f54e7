"""Calls of prompts in application code, compared with the variables that the prompts declare."""
