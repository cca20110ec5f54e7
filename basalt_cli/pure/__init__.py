"""Functions of their arguments alone: formats, templates, references, differences."""
