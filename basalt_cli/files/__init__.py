"""The working tree: the prompts folder on disk, the project root, atomic writes."""
