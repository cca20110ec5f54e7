from __future__ import annotations

import pytest
from basalt_cli.errors import UsageError
from basalt_cli.text.reference import (
    Reference,
    SelectorKind,
    describe_environment_problem,
    parse_reference,
    parse_selector,
)
from basalt_cli.text.slug import describe_slug_problem, is_partial_path, is_prompt_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("support/reply", Reference("support/reply", None)),
        ("support/reply@production", Reference("support/reply", "production")),
        ("a@HEAD@{1}", Reference("a", "HEAD@{1}")),
        ("a@~3", Reference("a", "~3")),
    ],
)
def test_a_reference_splits_at_the_first_at(text: str, expected: Reference) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text", ["", "@latest", "Support", "a@", "a//b", "/a", "../a", "a/", "a b", "-a", "a\n", "--output=x"]
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_reference(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("latest", SelectorKind.LATEST, "latest"),
        ("production", SelectorKind.ENVIRONMENT, "production"),
        ("1.2.0", SelectorKind.RELEASE, "1.2.0"),
        ("v1.2.0", SelectorKind.RELEASE, "1.2.0"),
        ("~0", SelectorKind.BACK, "0"),
        ("main", SelectorKind.REVISION, "main"),
        ("HEAD~3", SelectorKind.REVISION, "HEAD~3"),
        ("rev:production", SelectorKind.REVISION, "production"),
        ("rev:1.2.0", SelectorKind.REVISION, "1.2.0"),
        ("1.2", SelectorKind.REVISION, "1.2"),
    ],
)
def test_environments_and_releases_win(text: str, kind: SelectorKind, value: str) -> None:
    selector = parse_selector(text, ("staging", "production"))
    assert (selector.kind, selector.value) == (kind, value)


@pytest.mark.parametrize("slug", ["a", "a1", "support/reply", "a_b-c/d", "0"])
def test_slugs(slug: str) -> None:
    assert describe_slug_problem(slug) is None


@pytest.mark.parametrize("slug", ["A", "a.b", "a-", "a/b_", "_a", "describe", "x/publish", "a" * 201, "a\n", "é", ""])
def test_what_is_no_slug(slug: str) -> None:
    assert describe_slug_problem(slug)


@pytest.mark.parametrize("name", ["latest", "1.0.0", "v1.0.0", "A", "-a", "a-", "a" * 41, "", "a b"])
def test_what_cannot_name_an_environment(name: str) -> None:
    assert describe_environment_problem(name)


def test_which_files_are_what() -> None:
    assert is_prompt_path("a/b.yaml")
    assert not is_prompt_path("_fixtures/x.yaml")
    assert is_partial_path("partials/voice.md")
    assert not is_partial_path("a/reply.snap.md")
    assert not is_partial_path("a/README.md")
    assert not is_partial_path("x.yml")
