"""Whatever a file holds, lint says so and goes on."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.workspace.prompt_tree import WorkingTree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Outcome
from tests.support import Repo

SAMPLES = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[1] / "prompts").rglob("*.yaml"))]
BITS = [
    "{{", "}}", "{%", "%}", "{#", "#}", "|", ">", "'", '"', "[", "]", "{", "}", ":", ": ", "- ", "\n", "\r\n", "\t", "#", "&a", "*a",
    "!!str ", "<<: ", "if", "endif", "for x in y", "set x = 1", "include 'a'", "\0", "\ufeff", "\u202e", "\U000e0041", "\ud83d", "no",
    "010", "1e3", "2026-01-01", "AKIAQ3EGRVT5JL2XW7PB", "# basalt: ignore[T302] x", "variables:", "prompt:", "messages:",
    "tests:", "enum: [1, a]", "type: integer", "untrusted: true", "optional: true", "default: 3", "---\n", "...\n", "%YAML 1.1\n",
]  # fmt: skip
EVERYTHING = choose_rules(LintPolicy(select=(RuleSelector("ALL"),)))

random_text = st.text(max_size=200)
yaml_words = st.lists(st.one_of(st.sampled_from(BITS), st.text(max_size=4)), max_size=40).map("".join)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A sample prompt with a few stretches cut out, doubled or replaced."""
    text = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        text = text[:start] + draw(st.sampled_from([*BITS, text[start:end] * 2, ""])) + text[end:]
    return text


def _lint(folder: Path, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    (folder / "a.yaml").write_bytes(data)
    (folder / "b.md").write_bytes(data)
    report = lint(Source(WorkingTree(folder), "prompts"), EVERYTHING)
    lint(Source(WorkingTree(folder), "prompts"), EVERYTHING, ["b.md"])
    for finding in report.findings:
        assert finding.span.line >= 1
        assert finding.span.column >= 1
        assert finding.span[:2] <= finding.span[2:]


@pytest.mark.parametrize("documents", [random_text, yaml_words, mutated()], ids=["text", "words", "mutated"])
def test_ten_thousand_random_documents(documents: st.SearchStrategy[str], tmp_path: Path) -> None:
    @settings(max_examples=3400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(documents)
    def check(text: str) -> None:
        _lint(tmp_path, text)

    check()


def test_exit_codes_of_random_documents(basalt: Callable[..., Outcome], repo: Repo) -> None:
    draw = random.Random(20261124)
    for _ in range(150):
        text = "".join(draw.choice(BITS) for _ in range(draw.randrange(1, 40)))
        if draw.random() < 0.5:
            sample = draw.choice(SAMPLES)
            cut = draw.randrange(len(sample))
            text = sample[:cut] + text + sample[cut:]
        repo.write("prompts/random.yaml", text.encode("utf-8", "surrogatepass"))
        assert basalt("lint", "--no-cache", code=None).code in (0, 1, 3)
        assert basalt("lint", "--fix", "--unsafe-fixes", code=None).code in (0, 1, 3)
