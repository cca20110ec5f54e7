"""What is printed of fixes."""

from __future__ import annotations

import pytest
from basalt_cli.cli.reports.lint.fixes import print_content, print_diff, print_fixes
from basalt_cli.model.lint_report import FixedFile

from tests.cli.reports.lint.findings import ERROR, WARNING

KEY = "AKIA" + "Q3EGRVT5JL2XW7PB"


def test_a_diff_is_unified_and_shows_missing_line_breaks_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    file = FixedFile(
        "a.yaml",
        f"# {KEY}\nname: b\x85\u2028 \r\nprompt: a".encode(),
        f"# {KEY}\nname: b\x85\u2028\nprompt: a\n".encode(),
        2,
        (),
    )
    print_diff([file, FixedFile("b.yaml", b"a\n", b"a\n", 0, ())], "folder")
    stars = "*" * len(KEY)
    # Only LF ends a line: a line separator is written out as an escape.
    assert capsys.readouterr().out.replace("\r\n", "<CRLF>\n") == (
        "--- a/folder/a.yaml\n+++ b/folder/a.yaml\n@@ -1,3 +1,3 @@\n"
        f" # {stars}\n-name: b\\x85\\u2028 <CRLF>\n-prompt: a\n\\ No newline at end of file\n"
        "+name: b\\x85\\u2028\n+prompt: a\n"
    )


def test_a_file_is_printed_byte_for_byte(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_content(b"caf\xe9\r\n\x1b[31m")
    assert capfdbinary.readouterr().out == b"caf\xe9\r\n\x1b[31m"


def test_fixes_are_counted_and_refused_ones_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    print_fixes(
        [
            FixedFile("a", b"a", b"b", 2, (ERROR,)),
            FixedFile("b", b"a", b"b", 1, ()),
            FixedFile("c", b"a", b"a", 0, (WARNING,)),
        ]
    )
    refused = "is not fixed: the fix would change the text that is sent to the model"
    assert capsys.readouterr().err == (
        "fixed 3 findings in 2 files\n"
        f"note: prompts/a b.yaml:2:13: T302 {refused}\n"
        f"note: prompts/a b.yaml:3:8: X606 {refused}\n"
    )
    print_fixes([])
    assert capsys.readouterr() == ("", "")
