"""What leaves the repository: bundles, the arguments of provider requests, generated code.

Reads deployed prompts; moves no pointer.
"""
