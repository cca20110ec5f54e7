"""The Markdown files of the repository that people read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def list_pages(root: Path) -> list[Path]:
    """Return README.md, the other Markdown files beside it, and all below docs/, in this order."""
    top = sorted(root.glob("*.md"), key=lambda path: (path.name != "README.md", path.name))
    return [*top, *sorted((root / "docs").rglob("*.md"))]
