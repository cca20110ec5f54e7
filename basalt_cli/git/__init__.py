"""The repository: reads by plain git, objects, refs, remotes, worktrees; commits and tags by GitPython.

The only folder that starts git. Knows nothing of prompts.
"""
