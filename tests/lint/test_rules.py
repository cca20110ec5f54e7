"""Every rule is held to its examples: ``pass/`` files give no finding, ``fail/NAME@LINE-COLUMN.yaml`` just that one."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule import RuleText
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.lint.rules import OFF_BY_DEFAULT, RULES
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.model.finding import Finding
from basalt_cli.model.status import Flaw
from basalt_cli.workspace.prompt_tree import WorkingTree

EXAMPLES = Path(__file__).parents[1] / "examples"
PLACE = re.compile(r"@(\d+)-(\d+)")


def lint_example(example: Path, folder: Path) -> tuple[Finding, ...]:
    """Lint one file beside the shared partials, or a folder as a whole project with its deployments.yaml."""
    choice = choose_rules(
        LintPolicy(
            extend_select=(RuleSelector("ALL"),),
            ignore=(RuleSelector("missing-description"), RuleSelector("missing-tests")),
        )
    )
    if example.parts[-3] in OFF_BY_DEFAULT:
        choice = choose_rules(LintPolicy(select=(RuleSelector(example.parts[-3]),)))
    if example.is_dir():
        shutil.copytree(example, folder / "prompts")
        pointers = folder / "prompts" / "deployments.yaml"
        source = Source(WorkingTree(folder / "prompts"), "prompts", ("production", "staging"))
        if pointers.exists():
            source = source._replace(deployments=pointers.read_bytes())
            pointers.unlink()
        flaws = folder / "prompts" / "flaws.json"
        if flaws.exists():
            source = source._replace(flaws=tuple(Flaw(*flaw) for flaw in json.loads(flaws.read_text())))
            flaws.unlink()
        return lint(source, choice).findings
    shutil.copytree(EXAMPLES / "partials", folder / "partials")
    name = PLACE.sub("", example.name)
    shutil.copy(example, folder / name)
    return lint(Source(WorkingTree(folder), "prompts"), choice, [name]).findings


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*/pass/*")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_good_example_passes_every_rule(example: Path, tmp_path: Path) -> None:
    assert lint_example(example, tmp_path) == ()


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*/fail/*")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_bad_example_breaks_its_rule_alone_and_where_it_says(example: Path, tmp_path: Path) -> None:
    match = PLACE.search(example.name)
    assert match is not None
    findings = lint_example(example, tmp_path)
    assert {finding.name for finding in findings} == {example.parts[-3]}, findings
    assert (int(match.group(1)), int(match.group(2))) in [finding.span[:2] for finding in findings]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.NAME)
def test_a_rule_is_documented_and_has_examples(rule: RuleText) -> None:
    folder = EXAMPLES / rule.NAME
    assert list((folder / "pass").iterdir())
    assert list((folder / "fail").iterdir())
    assert "Good::" in (rule.__doc__ or "")
    assert re.search(r"^Bad( \(.*\))?::$", rule.__doc__ or "", re.MULTILINE)
    assert rule.SEVERITY in ("error", "warning", "info")


def test_codes_and_names_are_unique_and_in_order() -> None:
    codes = [rule.ID for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes, key=lambda code: ("YSTVMXR".index(code[0]), code))
    assert len({rule.NAME for rule in RULES}) == len(RULES)
    modules = {path.stem for path in Path("basalt_cli/lint/rules").glob("*.py")} - {"__init__"}
    assert {rule.NAME.replace("-", "_") for rule in RULES} >= modules or not modules
