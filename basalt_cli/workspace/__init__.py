"""A project: its folder, configuration, trunk, and the prompts of one tree."""
