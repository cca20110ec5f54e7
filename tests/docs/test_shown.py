from __future__ import annotations

import pytest
from tools.docs.shown import (
    Command,
    FileText,
    NotRun,
    PageError,
    State,
    matches,
    normalise,
    parse_page,
    replace_outputs,
)

PAGE = """\
# Title
<!-- state: empty -->
<!-- run: git init -->
```yaml title="a/b.yaml"
key: 1
```

```console
$ echo one \\
> && echo two
one
two
$ false  # exit code 1
```

```sh
# only a comment
echo three              # says three
echo four \\
  five
```

<!-- not run: needs a network -->
```sh
curl example.com
```

```yaml
key: not run
```
"""


def test_a_page_is_its_steps_in_order() -> None:
    assert parse_page(PAGE) == [
        State(2, "empty"),
        Command(3, "git init", 0),
        FileText(4, "a/b.yaml", "key: 1\n"),
        Command(9, "echo one \\\n&& echo two", 0, ("one", "two"), 10, 12),
        Command(13, "false  # exit code 1", 1, (), 13, 13),
        Command(18, "echo three              # says three", 0),
        Command(19, "echo four \\\n  five", 0),
        NotRun(23, "needs a network"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```console\n$ ls\n```\n", "line 1: no <!-- state: NAME --> comes before this block"),
        ("<!-- state: empty -->\n```console\nls\n```\n", "line 3: a console block starts with a command, '$ '"),
        ("```sh\nls\n", "line 1: the block does not end"),
        ("<!-- run: ls\n", "line 1: the comment does not end"),
    ],
)
def test_a_page_that_cannot_be_read_names_its_line(text: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        parse_page(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("shown", "real", "is_match"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", "a b", False),
        ("a ... d", "a b c d", True),
        ("a ... d", "a d", True),
        ("... d", "a d", True),
        ("a ...", "a b c", True),
        ("a ... c ... e", "a b c d e", True),
        ("a ... e ... c", "a b c d e", False),
        ("b ...", "a b", False),
    ],
)
def test_dots_stand_for_any_number_of_lines(shown: str, real: str, is_match: bool) -> None:
    assert matches(tuple(shown.split()), tuple(real.split())) is is_match


def test_outputs_are_replaced_from_the_last_to_the_first() -> None:
    replaced = replace_outputs(PAGE, {9: ("1", "2", "3"), 13: ("failed",)})
    assert "> && echo two\n1\n2\n3\n$ false  # exit code 1\nfailed\n```\n" in replaced
    assert replaced.replace("1\n2\n3\n$", "one\ntwo\n$").replace("failed\n", "") == PAGE


def test_what_differs_from_run_to_run_is_replaced() -> None:
    real, shown = "1234567890" * 4, "abcdefabcd" * 4
    output = (
        f"{real[:9]} of {real} at 2026-11-25T17:00:00Z in /tmp/x/shop  \nsha256:{real}{real[:24]} after 8.25 ms\n\n"
    )
    assert normalise(output, {real: shown}, "/tmp/x") == (
        f"{shown[:9]} of {shown} at 2026-03-02T09:30:00Z in ~/shop",
        f"sha256:{real}{real[:24]} after 12 ms",
    )
    assert normalise("\n \n", {}, "/tmp/x") == ()
