"""JSON Schema where it needs no library: whether one schema accepts less than another, and simple values. Pure."""
