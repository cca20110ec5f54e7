"""The file formats of basalt: YAML, templates, schemas, prompt files, configuration. Pure."""
