"""Pointers of environments, wherever they are kept: in deployments.yaml on the trunk, or in tags."""
