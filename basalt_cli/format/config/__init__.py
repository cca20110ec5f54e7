"""basalt.yaml: parse it to a Config, and edit it with its comments kept. No input or output."""
