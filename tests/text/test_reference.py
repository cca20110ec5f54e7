from __future__ import annotations

import pytest
from basalt_cli.errors import UsageError
from basalt_cli.text.reference import (
    Reference,
    SelectorKind,
    describe_environment_problem,
    is_release,
    parse_reference,
    parse_selector,
)


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
    ("text", "expected"),
    [
        (
            "",
            "'' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "@latest",
            "'' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "Support",
            "'Support' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "a@",
            "nothing follows the @ in 'a@' | Write a@latest, or an environment, a release, ~N or a git revision after the @.",
        ),
        (
            "a//b",
            "'a//b' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "/a",
            "'/a' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "../a",
            "'../a' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "a/",
            "'a/' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "a b",
            "'a b' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "-a",
            "'-a' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "a\n",
            "'a\\n' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "--output=x",
            "'--output=x' is not the slug of a prompt: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "describe",
            "'describe' is not the slug of a prompt: its last segment is 'describe', which is reserved for the HTTP API | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "x/publish@1",
            "'x/publish' is not the slug of a prompt: its last segment is 'publish', which is reserved for the HTTP API | Give the slug of a prompt, for example support/reply.",
        ),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is not the slug of a prompt: it has 201 characters; at most 200 are allowed | Give the slug of a prompt, for example support/reply.",
        ),
    ],
)
def test_what_is_no_reference_is_told(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_reference(text)
    assert f"{caught.value.message} | {caught.value.hint}" == expected


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("latest", "it has the form of a version"),
        ("1.0.0", "it has the form of a version"),
        ("v1.0.0", "it has the form of a version"),
        ("A", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        ("-a", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        ("_a", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        ("a-", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        ("a_", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit",
        ),
        ("", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        ("a b", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        ("a\n", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
        ("é", "use at most 40 lower-case letters, digits, - and _, ending in a letter or digit"),
    ],
)
def test_what_cannot_name_an_environment(name: str, expected: str) -> None:
    assert describe_environment_problem(name) == expected


@pytest.mark.parametrize("name", ["a", "0", "a" * 40, "a-b_c", "1.0".replace(".", "-"), "production", "v1"])
def test_what_can_name_an_environment(name: str) -> None:
    assert describe_environment_problem(name) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.3", True),
        ("v1.2.3", True),
        ("10.20.30", True),
        ("1.2", False),
        ("v1.2.3-a", False),
        ("1.2.3.4", False),
        ("V1.2.3", False),
        ("1.2.3\n", False),
    ],
)
def test_the_form_of_a_release(text: str, expected: bool) -> None:
    assert is_release(text) is expected


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("~123456789", SelectorKind.BACK, "123456789"),
        ("~1234567890", SelectorKind.REVISION, "~1234567890"),
        ("~", SelectorKind.REVISION, "~"),
        ("rev:", SelectorKind.REVISION, ""),
        ("rev:latest", SelectorKind.REVISION, "latest"),
        ("staging", SelectorKind.ENVIRONMENT, "staging"),
        ("preview", SelectorKind.REVISION, "preview"),
    ],
)
def test_what_other_selectors_name(text: str, kind: SelectorKind, value: str) -> None:
    selector = parse_selector(text, ("staging", "latest"))
    assert (selector.kind, selector.value, selector.text) == (kind, value, text)


def test_latest_wins_over_an_environment_of_that_name() -> None:
    assert parse_selector("latest", ("latest",)).kind is SelectorKind.LATEST
