from __future__ import annotations

import re
from pathlib import Path

from tools.docs.commands import check_commands, check_page

RIGHT = """\
<!-- state: empty -->
```text title="names/ada.txt"
Ada
```
```console
$ cd names && cat ada.txt
Ada
$ ls nothing 2>/dev/null  # exit code 2
$ echo to-stderr >&2; git config user.name; pwd
to-stderr
~/names
```
<!-- not run: needs a network -->
```sh
curl example.com
```
"""


def test_a_page_whose_outputs_are_the_real_ones_has_no_problem() -> None:
    checked = check_page("page.md", RIGHT)
    assert (checked.problems, checked.text, checked.command_count) == ([], RIGHT, 3)
    assert [block.reason for block in checked.not_run] == ["needs a network"]


def test_another_output_is_a_problem_with_a_difference() -> None:
    checked = check_page("page.md", RIGHT.replace("\nAda\n$", "\nEve\n$"))
    assert checked.problems == [
        "page.md:6: $ cd names && cat ada.txt\n--- shown\n+++ real\n@@ -1 +1 @@\n-Eve\n+Ada",
    ]
    assert checked.text == RIGHT


def test_another_exit_code_is_a_problem_and_never_written_into_the_page() -> None:
    page = RIGHT.replace("  # exit code 2", "").replace("\nAda\n$", "\nEve\n$")
    checked = check_page("page.md", page)
    assert checked.problems[1] == "page.md:8: $ ls nothing 2>/dev/null\nexit code 2, not 0\n"
    assert checked.text == page.replace("Eve", "Ada")


def test_each_state_starts_a_new_shell_in_a_folder_of_its_own() -> None:
    page = "<!-- state: empty -->\n```sh\nmkdir a && cd a && touch b\n```\n<!-- state: empty -->\n```console\n$ ls && pwd\n~\n```\n"
    assert check_page("page.md", page).problems == []


def test_commits_are_shown_by_the_same_ids_in_every_run(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- state: empty -->\n<!-- run: git init -q . && echo $RANDOM > a && git add . && git commit -qm First -->\n"
        "```console\n$ git rev-parse HEAD && git log --format=%h-%s\n```\n"
    )
    assert check_commands(tmp_path, [page], update=True) == []
    written = page.read_text()
    full, short = re.findall(r"\b[0-9a-f]{7,40}\b", written)
    assert (len(full), full.startswith(short)) == (40, True)
    assert check_commands(tmp_path, [page], update=True) == []
    assert page.read_text() == written


def test_an_unknown_state_is_a_problem(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- state: nowhere -->\n```sh\nls\n```\n")
    assert check_commands(tmp_path, [page], update=False) == [
        "page.md: there is no state 'nowhere'; states are empty, samples, deployed"
    ]


def test_the_deployed_state_has_two_versions_and_a_remote() -> None:
    page = "<!-- state: deployed -->\n```console\n$ basalt log support/reply --format json | grep -c subject && git status --short\n2\n```\n"
    assert check_page("page.md", page).problems == []
