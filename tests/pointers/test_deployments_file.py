from __future__ import annotations

import pytest
from basalt_cli.errors import BasaltError
from basalt_cli.model.pointer import Pointer, Share
from basalt_cli.pointers.deployments_file import EMPTY, LIMITS, check_deployments, parse_deployments, parse_strictly

ONE = Pointer("a" * 40, "sha256:" + "b" * 64)
TWO = Pointer("1" * 40, "sha256:" + "c" * 64)


def show(text: str) -> str:
    with pytest.raises(BasaltError) as caught:
        parse_deployments(text.encode())
    return f"{caught.value.place}: {caught.value.message} | {caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("format: 2\n", ["1:9 invalid-value: format 2 is not supported | Upgrade basalt, or write format: 1."]),
        (
            "environment: {}\n",
            [
                "1:1 unknown-key: unknown key 'environment' | Did you mean 'environments'? Known keys: format, environments."
            ],
        ),
        ("environments: [a]\n", ["1:15 wrong-type: environments must be a mapping, not a list | None"]),
        ("environments: {p: [x]}\n", ["1:19 wrong-type: environments.p must be a mapping, not a list | None"]),
        (
            "environments:\n  p: {}\n  p: {}\n",
            [
                "3:3 duplicate-key: the key 'p' is already on line 2 | Keep one of the two; other YAML readers silently use the last."
            ],
        ),
        (
            "environments: {p: {x: y}}\n",
            [
                "1:23 wrong-type: environments.p.x must be a mapping, not a string (y) | None",
                "1:20 missing-key: environments.p.x has no version | Restore it from git: git log -p -- deployments.yaml",
                "1:20 missing-key: environments.p.x has no digest | Restore it from git: git log -p -- deployments.yaml",
            ],
        ),
        (
            "environments: {p: {x: {}}}\n",
            [
                "1:20 missing-key: environments.p.x has no version | Restore it from git: git log -p -- deployments.yaml",
                "1:20 missing-key: environments.p.x has no digest | Restore it from git: git log -p -- deployments.yaml",
            ],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}}\n",
            ["1:20 missing-key: environments.p.x has no digest | Restore it from git: git log -p -- deployments.yaml"],
        ),
        (
            "environments: {p: {x: {digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}}}\n",
            ["1:20 missing-key: environments.p.x has no version | Restore it from git: git log -p -- deployments.yaml"],
        ),
        (
            "environments: {p: {x: {version: abc, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}}}\n",
            [
                "1:33 invalid-value: environments.p.x.version is not 40 hexadecimal digits | Restore it from git: git log -p -- deployments.yaml"
            ],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}}}\n",
            [
                "1:33 invalid-value: environments.p.x.version is not 40 hexadecimal digits | Restore it from git: git log -p -- deployments.yaml"
            ],
        ),
        (
            "environments: {p: {x: {version: [1], digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}}}\n",
            ["1:33 wrong-type: environments.p.x.version must be text, not a list | None"],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:0'}}}\n",
            [
                "1:83 invalid-value: environments.p.x.digest is not sha256: and 64 hexadecimal digits | Restore it from git: git log -p -- deployments.yaml"
            ],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rolout: []}}}\n",
            [
                "1:158 unknown-key: unknown key 'rolout' in environments.p.x | Did you mean 'rollout'? Known keys in environments.p.x: version, digest, rollout."
            ],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rollout: x}}}\n",
            ["1:167 wrong-type: environments.p.x.rollout must be a list, not a string (x) | None"],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rollout: [{version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}]}}}\n",
            ["1:168 missing-key: environments.p.x.rollout[0] has no percent | Add it, for example percent: 10."],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rollout: [{version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', percent: 0}]}}}\n",
            [
                "1:167 invalid-value: the percentages of environments.p.x.rollout must be at least 1 each, and less than 100 in total | Promote without --percent to end the roll-out."
            ],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rollout: [{version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', percent: 100}]}}}\n",
            [
                "1:167 invalid-value: the percentages of environments.p.x.rollout must be at least 1 each, and less than 100 in total | Promote without --percent to end the roll-out."
            ],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rollout: [{version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', percent: 50}, {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', percent: 50}]}}}\n",
            [
                "1:167 invalid-value: the percentages of environments.p.x.rollout must be at least 1 each, and less than 100 in total | Promote without --percent to end the roll-out."
            ],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rollout: [{version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', percent: ten}]}}}\n",
            ["1:312 wrong-type: environments.p.x.rollout[0].percent must be a whole number, not a string (ten) | None"],
        ),
        (
            "environments: {p: {x: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', rollout: [{percent: 5}]}}}\n",
            [
                "1:20 missing-key: environments.p.x.rollout[0] has no version | Restore it from git: git log -p -- deployments.yaml",
                "1:20 missing-key: environments.p.x.rollout[0] has no digest | Restore it from git: git log -p -- deployments.yaml",
            ],
        ),
        (
            "environments: {p: {X: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}}}\n",
            [
                "1:20 invalid-value: 'X' is not a slug: a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit | Rename it to the slug of a prompt."
            ],
        ),
        (
            "environments: {p: {describe: {version: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, digest: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'}}}\n",
            [
                "1:20 invalid-value: 'describe' is not a slug: its last segment is 'describe', which is reserved for the HTTP API | Rename it to the slug of a prompt."
            ],
        ),
    ],
)
def test_wrong_pointers_are_told(text: str, expected: list[str]) -> None:
    problems = check_deployments(text.encode())[1]
    assert [f"{p.span.line}:{p.span.column} {p.rule}: {p.message} | {p.help}" for p in problems] == expected
    with pytest.raises(BasaltError):
        parse_deployments(text.encode())


@pytest.mark.parametrize("text", ["", EMPTY, "format: 1\n", "environments:\n", "environments: null\n", "# nothing\n"])
def test_an_empty_file_has_no_pointers(text: str) -> None:
    assert parse_deployments(text.encode()) == {}


@pytest.mark.parametrize("value", ["", " {}", " ~", " null"])
def test_an_environment_may_be_empty(value: str) -> None:
    assert parse_deployments(f"environments:\n  p:{value}\n".encode()) == {"p": {}}


def test_pointers_are_read_in_any_layout() -> None:
    text = (
        f"environments: {{p: {{a/b: {{digest: {ONE.digest}, version: {ONE.version}}}}},\n"
        f"  q: {{x: {{version: {TWO.version}, digest: '{TWO.digest}'}}}}}}\n"
    )
    assert parse_deployments(text.encode()) == {"p": {"a/b": ONE}, "q": {"x": TWO}}


def test_a_roll_out_is_read() -> None:
    text = (
        f"environments:\n  p:\n    x:\n      version: {ONE.version}\n      digest: {ONE.digest}\n      rollout:\n"
        f"      - {{version: {TWO.version}, digest: '{TWO.digest}', percent: 1}}\n"
        f"      - {{version: {ONE.version}, digest: '{ONE.digest}', percent: 98}}\n"
    )
    rollout = (Share(TWO.version, TWO.digest, 1), Share(ONE.version, ONE.digest, 98))
    assert parse_deployments(text.encode()) == {"p": {"x": ONE._replace(rollout=rollout)}}


def test_the_problems_of_a_file_are_told_with_its_document() -> None:
    document, problems = check_deployments(b"environments: {p: {x: {}}}\nformat: 3\n")
    assert document.text == "environments: {p: {x: {}}}\nformat: 3\n"
    assert [problem.message for problem in problems] == [
        "format 3 is not supported",
        "environments.p.x has no version",
        "environments.p.x has no digest",
    ]
    assert check_deployments(b"")[1] == ()
    assert [problem.rule for problem in check_deployments(b"\xff")[1]] == ["encoding"]


def test_the_path_of_the_file_is_in_the_message() -> None:
    with pytest.raises(BasaltError) as caught:
        parse_deployments(b"format: 2\n", "sub/deployments.yaml")
    assert str(caught.value.place) == "sub/deployments.yaml:1:9"


def test_what_is_not_ascii_is_left_to_the_strict_reader() -> None:
    text = "# caf\xe9\nformat: 1\nenvironments:\n  p:\n"
    assert parse_deployments(text.encode()) == parse_strictly(text.encode()) == {"p": {}}


def test_a_file_that_is_too_large_is_refused() -> None:
    text = "format: 1\nenvironments:\n" + "# x\n" * (LIMITS.size_bytes // 4)
    assert show(text) == (
        "deployments.yaml:1:1: the file has more than 16,777,216 bytes | Move long texts to partials."
    )
