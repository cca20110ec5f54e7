"""Which comments are sent to the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import places


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("<!-- Keep this short. -->", [3]), ("a <!-- one --> b <!-- two -->", [5, 20]), ("<!-- one --> <!-- open", [3]), ("<!-- never closed", []),
        ("<!-- BEGIN CONTEXT -->", []), ("<!-- END_OF: A/B-1 -->", []), ("<!-- Begin -->", [3]), ("<!---->", []), ("<!-- -->", []),
        ("# TODO: shorten", [3]), ("  # FIXME", [5]), ("//TODO", [3]), ("# XXX: why", [3]), ("# TODOS", []), ("# A heading", []), ("a # TODO", []),
        ("{{ a }}  # the name", [12]), ("{{ a }} # the name", []), ("{{ a }}  # The name", []), ("{{ a }}  # the {{ a }}", []),
        ("{# <!-- x --> #}", []), ("`<!-- x -->`", []), ("{{ '<!-- x -->' }}", []), ("{{ a }} <!-- x -->", [11]), ("plain", []),
    ],
)  # fmt: skip
def test_comments(line: str, columns: list[int], tmp_path: Path) -> None:
    text = f"variables: {{a: string}}\nprompt: |\n  {line}\n"
    assert places(tmp_path, "comment-as-text", text) == [f"3:{column}" for column in columns]


def test_comments_of_different_kinds_are_reported_in_order_and_code_fences_are_left_out(tmp_path: Path) -> None:
    text = "prompt: |\n  # TODO one\n  <!-- two -->\n  ```\n  # TODO three\n  <!-- four -->\n  ```\n"
    assert places(tmp_path, "comment-as-text", text) == ["2:3", "3:3"]
