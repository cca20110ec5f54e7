from __future__ import annotations

import pytest
from basalt_cli.format.config import config_file
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.model.source import Span


def show(text: str) -> list[str]:
    decoder = Decoder()
    config_file._decode(read_yaml(text.encode()).root, decoder)
    return [f"{p.span.line}:{p.span.column} {p.rule}: {p.message} | {p.help}" for p in decoder.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lint: x\n", ["1:7 wrong-type: lint must be a mapping, not a string (x) | None"]),
        (
            "lint: {selct: [T]}\n",
            [
                "1:8 unknown-key: unknown key 'selct' in lint | Did you mean 'select'? Known keys in lint: select, extend-select, ignore, severity, per-path-ignores."
            ],
        ),
        ("lint: {select: T}\n", ["1:16 wrong-type: lint.select must be a list, not a string (T) | None"]),
        (
            "lint: {select: [3]}\n",
            ['1:17 wrong-type: lint.select[0] must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "lint: {severity: {T302: fatal}}\n",
            ["1:25 invalid-value: lint.severity.T302 cannot be 'fatal' | Use one of: error, warning, info."],
        ),
        ("lint: {severity: [T302]}\n", ["1:18 wrong-type: lint.severity must be a mapping, not a list | None"]),
        (
            "lint: {per-path-ignores: [a]}\n",
            ["1:26 wrong-type: lint.per-path-ignores must be a mapping, not a list | None"],
        ),
        (
            "lint: {per-path-ignores: {'*.md': T}}\n",
            ["1:35 wrong-type: lint.per-path-ignores.*.md must be a list, not a string (T) | None"],
        ),
    ],
)
def test_a_wrong_policy_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected


def test_the_whole_policy_is_read() -> None:
    text = (
        b"lint:\n  select: [T, ALL]\n  extend-select: [S]\n  ignore: [T302]\n  severity: {T301: error, U: info}\n"
        b"  per-path-ignores: {'old/*': [T, S101], x.yaml: []}\n"
    )
    assert parse_config(text).lint == LintPolicy(
        select=(RuleSelector("T", Span(2, 12, 2, 13)), RuleSelector("ALL", Span(2, 15, 2, 18))),
        extend_select=(RuleSelector("S", Span(3, 19, 3, 20)),),
        ignore=(RuleSelector("T302", Span(4, 12, 4, 16)),),
        severities=(
            (RuleSelector("T301", Span(5, 14, 5, 18)), "error"),
            (RuleSelector("U", Span(5, 27, 5, 28)), "info"),
        ),
        path_ignores=(
            ("old/*", (RuleSelector("T", Span(6, 32, 6, 33)), RuleSelector("S101", Span(6, 35, 6, 39)))),
            ("x.yaml", ()),
        ),
    )


def test_an_empty_selection_is_not_the_default() -> None:
    assert parse_config(b"lint: {select: []}\n").lint.select == ()
    assert parse_config(b"lint: {ignore: []}\n").lint.select is None
