from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tools.docs.pages import ROOT
from tools.docs.site import build_site, find_loaded

CONFIG = '[project]\nsite_name = "x"\ndocs_dir = "docs"\nsite_dir = "site"\nuse_directory_urls = false\n[project.theme]\nfont = false\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "reference").mkdir(parents=True)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "docs" / "zensical.toml").write_text(CONFIG)
    (tmp_path / "docs" / "index.md").write_text("# Home\n\n[Commands](reference/commands.md#basalt-lint)\n")
    return tmp_path


def test_the_site_has_the_reference_and_loads_nothing_from_other_hosts(root: Path, tmp_path: Path) -> None:
    assert build_site(root, tmp_path / "build") == []
    page = (tmp_path / "build" / "site" / "reference" / "commands.html").read_text()
    assert 'id="basalt-lint"' in page


def test_a_broken_link_is_an_error(root: Path, tmp_path: Path) -> None:
    (root / "docs" / "index.md").write_text("# Home\n\n[Commands](reference/commands.md#nothing)\n")
    problems = build_site(root, tmp_path / "build")
    assert len(problems) == 1
    assert problems[0].startswith("the site cannot be built:\n")
    assert "anchor does not exist" in problems[0]


@pytest.mark.parametrize(
    ("tag", "is_loaded"),
    [
        ('<script src="https://cdn.example/a.js"></script>', True),
        ('<script defer src="//cdn.example/a.js"></script>', True),
        ('<link rel="stylesheet" href="https://fonts.example/a.css">', True),
        ('<img src="http://example.com/a.png">', True),
        ('<script src="assets/a.js"></script><link rel="stylesheet" href="../a.css">', False),
        ('<a href="https://example.com">a link</a>', False),
    ],
)
def test_what_is_loaded_from_other_hosts_is_found(tmp_path: Path, tag: str, is_loaded: bool) -> None:
    (tmp_path / "a.html").write_text(f"<html>{tag}</html>")
    assert bool(find_loaded(tmp_path)) is is_loaded
