"""Findings in prompts: the run over files, the rules, fixes, suppressions."""
