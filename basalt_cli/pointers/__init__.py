"""Which version an environment runs: readers and writers of `deployments.yaml` and of pointer tags.

Compares and swaps; decides nothing about which version is right.
"""
