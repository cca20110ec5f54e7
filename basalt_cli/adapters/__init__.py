"""Everything that touches git, the file system or another process, and the lint rules."""
