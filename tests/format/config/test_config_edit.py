from __future__ import annotations

import pytest
from basalt_cli.errors import BasaltError
from basalt_cli.format.config.config_edit import set_deployments
from basalt_cli.format.config.config_file import parse_config


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("", "deployments: tags\n"),
        ("deployments: file\n", "deployments: tags\n"),
        ("# head\ndeployments: 'file'  # where\ntrunk: x\n", "# head\ndeployments: tags  # where\ntrunk: x\n"),
        ("trunk: x\n", "trunk: x\ndeployments: tags\n"),
        ("trunk: x", "trunk: x\ndeployments: tags\n"),
        ("trunk: x\r\n", "trunk: x\r\ndeployments: tags\r\n"),
        ("trunk: x\r\nprompts: y", "trunk: x\r\nprompts: y\r\ndeployments: tags\r\n"),
        ("{trunk: x}\n", "{deployments: tags, trunk: x}\n"),
        ("{trunk: x, deployments: file}\n", "{trunk: x, deployments: tags}\n"),
        ("# only a comment\n", "# only a comment\ndeployments: tags\n"),
    ],
)
def test_the_kind_of_deployments_is_set_in_place(text: str, edited: str) -> None:
    assert set_deployments(text, "tags") == edited
    assert parse_config(edited.encode()).deployments == "tags"


@pytest.mark.parametrize("text", ["{ trunk: x }\n", "trunk: |\n  x", "trunk: x\n...\n", "  trunk: x\n"])
def test_a_layout_that_cannot_be_edited_is_refused(text: str) -> None:
    with pytest.raises(BasaltError) as caught:
        set_deployments(text, "tags")
    assert caught.value.message == "basalt.yaml cannot be edited in place: its layout is not supported"
    assert caught.value.hint == (
        "Write deployments: file on a line of its own in basalt.yaml, commit it, and migrate again."
    )
