"""The git repository: objects, refs, worktrees and remotes, read by git itself and written by git and GitPython.

No other folder starts git, and nothing here depends on prompts.
"""
