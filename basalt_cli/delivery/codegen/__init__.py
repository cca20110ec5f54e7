"""Generated modules that give prompts a typed interface. Pure."""
