from __future__ import annotations

import pytest
from basalt_cli.errors import UsageError
from basalt_cli.text.slug import (
    describe_slug_problem,
    expand_patterns,
    is_outside,
    is_partial_path,
    is_pattern,
    is_prompt_path,
    is_reserved,
    match_slugs,
    path_of,
    slug_of,
)


@pytest.mark.parametrize("slug", ["a", "a1", "support/reply", "a_b-c/d", "0", "a" * 200, "a_/b", "describe/a", "a--b"])
def test_slugs(slug: str) -> None:
    assert describe_slug_problem(slug) is None


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("A", "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"),
        (
            "a.b",
            "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit",
        ),
        ("a-", "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"),
        (
            "a/b_",
            "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit",
        ),
        ("_a", "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"),
        ("/a", "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"),
        ("a/", "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"),
        (
            "a//b",
            "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit",
        ),
        ("describe", "its last segment is 'describe', which is reserved for the HTTP API"),
        ("x/publish", "its last segment is 'publish', which is reserved for the HTTP API"),
        ("publish", "its last segment is 'publish', which is reserved for the HTTP API"),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "it has 201 characters; at most 200 are allowed",
        ),
        (
            "a\n",
            "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit",
        ),
        ("é", "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"),
        ("", "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"),
        (
            "a/_b",
            "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit",
        ),
    ],
)
def test_what_is_no_slug(slug: str, expected: str) -> None:
    assert describe_slug_problem(slug) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.yaml", (True, False, False)),
        ("a.yml", (False, False, False)),
        ("a.md", (False, True, False)),
        ("a/README.md", (False, False, True)),
        ("README.md", (False, False, True)),
        ("a/readme.md", (False, True, False)),
        ("a.snap.md", (False, False, True)),
        ("_fixtures/x.yaml", (False, False, True)),
        ("a/_fixtures/x.yaml", (False, False, True)),
        ("a/_fixtures/b/x.md", (False, False, True)),
        ("_fixtures.yaml", (True, False, False)),
        ("x_fixtures/a.yaml", (True, False, False)),
        ("a.txt", (False, True, False)),
        ("a", (False, True, False)),
    ],
)
def test_what_a_path_is(path: str, expected: tuple[bool, bool, bool]) -> None:
    assert (is_prompt_path(path), is_partial_path(path), is_reserved(path)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", False),
        ("a/b.md", False),
        ("é.md", False),
        ("", True),
        ("/a", True),
        ("a/", True),
        ("a//b", True),
        ("./a", True),
        ("a/../b", True),
        ("..", True),
        ("a\\b", True),
        ("a\nb", True),
        ("a\u202eb", True),
        ("\ud800", True),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            False,
        ),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            True,
        ),
        (
            "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé",
            False,
        ),
        (
            "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé",
            True,
        ),
        ("a b", False),
        (".a", False),
        ("a..b", False),
    ],
)
def test_which_names_lead_outside(name: str, expected: bool) -> None:
    assert is_outside(name) is expected


def test_a_slug_and_its_path() -> None:
    assert path_of("support/reply") == "support/reply.yaml"
    assert slug_of("support/reply.yaml") == "support/reply"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("support/reply", ("support/reply",)),
        ("support", ()),
        ("support/*", ("support/reply", "support/a/b")),
        ("*", ("support/reply", "billing", "support/a/b")),
        ("b?lling", ("billing",)),
        ("[bc]illing", ("billing",)),
        ("BILLING*", ()),
    ],
)
def test_a_pattern_names_slugs_in_their_order(pattern: str, expected: tuple[str, ...]) -> None:
    assert match_slugs(pattern, ["support/reply", "billing", "support/a/b"]) == expected


def test_what_is_a_pattern() -> None:
    assert [is_pattern(text) for text in ("a/b", "a*", "a?", "[a]", "a]", "X")] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]


def test_patterns_are_expanded_in_their_order_and_once() -> None:
    slugs = ("support/reply", "billing", "support/a")
    assert expand_patterns(["billing", "support/*", "*"], slugs, UsageError) == (
        "billing",
        "support/reply",
        "support/a",
    )
    assert expand_patterns([], slugs, UsageError) == ()


def test_a_pattern_that_names_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="nope"):
        expand_patterns(["billing", "nope*"], ("billing",), UsageError)
