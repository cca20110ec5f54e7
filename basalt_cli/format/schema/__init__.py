"""JSON Schema: check values and schemas, and compare two schemas. No input or output."""
