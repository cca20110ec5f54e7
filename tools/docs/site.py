"""Build the site: the pages of docs/, and the reference pages that are made from the code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.docs.reference import write_reference

_LOADED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"(https?:)?//|<link\b[^>]*\brel=\"(?:stylesheet|preload|preconnect|icon)\"[^>]*\bhref=\"(https?:)?//"
)


def build_site(root: Path, folder: Path) -> list[str]:
    """Build the site into ``folder/site``, and return what is wrong with it; a warning of the generator is an error."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "docs", folder / "docs")
    shutil.move(folder / "docs" / "zensical.toml", folder / "zensical.toml")
    write_reference(folder / "docs" / "reference", root / "schemas")
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "--config-file", "zensical.toml"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        return [f"the site cannot be built:\n{result.stdout}{result.stderr}"]
    return find_loaded(folder / "site")


def find_loaded(site: Path) -> list[str]:
    """Return the pages that load a script, style, font or picture from another host."""
    pages = sorted(site.rglob("*.html"))
    return [
        f"{page.relative_to(site)} loads from another host: {found.group()}"
        for page in pages
        for found in _LOADED.finditer(page.read_text(encoding="utf-8"))
    ]
