"""Find and fix mistakes in prompts: the rules, the engine that runs them, fixes, suppressions, and which files to lint.

Works on a tree or a project that it is given; prints nothing, and does not compare versions.
"""
