from __future__ import annotations

from pathlib import Path

import pytest
from tools.docs.links import check_links, check_named_commands, check_named_paths, list_anchors


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "basalt_cli" / "lint").mkdir(parents=True)
    (tmp_path / "docs" / "other.md").write_text("# Other page\n\n## What's `new`, 1.0?\n\n## Twice\n\n## Twice\n")
    return tmp_path


def test_anchors_are_those_of_github() -> None:
    text = "# Other page\n```sh\n# no heading\n```\n## What's `new`, 1.0?\n## Twice\n## Twice\n"
    assert list_anchors(text) == {"other-page", "whats-new-10", "twice", "twice-1"}


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("[a](docs/other.md)", None),
        ("[a](docs/other.md#whats-new-10) and ![b](docs)", None),
        ("[a](docs/other.md#twice-1)", None),
        ("[a](https://example.com/none) `[b](none)`", None),
        ("[a](none.md)", "README.md:1: none.md: there is no such file"),
        ("[a](docs/other.md#none)", "README.md:1: docs/other.md#none: there is no such heading"),
        ("[a](#none)", "README.md:1: #none: there is no such heading"),
        ("[a](../outside.md)", "README.md:1: ../outside.md: there is no such file"),
    ],
)
def test_links_lead_to_files_and_headings(root: Path, link: str, problem: str | None) -> None:
    page = root / "README.md"
    page.write_text(f"{link}\n```\n[in a block](none.md)\n```\n")
    assert check_links(root, [page]) == ([problem] if problem else [])


def test_commands_and_options_in_the_text_exist(root: Path) -> None:
    page = root / "README.md"
    page.write_text(
        "`basalt lint --fix` `basalt --help` `basalt lnt` and\n`basalt promote --too staging` `basalt history -n 3`\n"
    )
    assert check_named_commands(root, [page]) == [
        "README.md:1: `basalt lnt`: there is no command lnt",
        "README.md:2: `basalt promote --too staging`: promote has no option --too",
    ]


def test_paths_in_the_text_exist_in_the_repository_or_the_package(root: Path) -> None:
    page = root / "CONTRIBUTING.md"
    page.write_text("`lint/` `docs/other.md` `basalt_cli/lint/` `support/reply` `lint/gone.py`\n")
    assert check_named_paths(root, page) == ["CONTRIBUTING.md:1: `lint/gone.py`: there is no such file or folder"]
