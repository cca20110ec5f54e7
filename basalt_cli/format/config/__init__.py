"""basalt.yaml: parsed to a Config, and edited with its comments kept. Pure."""
