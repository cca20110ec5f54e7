"""Every rule is held to its examples: ``pass/`` files give no finding, ``fail/NAME@LINE-COLUMN.yaml`` just that one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_type_hints

import basalt_cli.lint.rules
import pytest
from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule import Mark, RepositorySubject, RuleText, Subject
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.lint.rules import FILE_RULES, OFF_BY_DEFAULT, REPOSITORY_RULES, RULES
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.model.finding import Finding
from basalt_cli.model.status import Flaw
from basalt_cli.text.clean import clean
from basalt_cli.workspace.prompt_tree import WorkingTree

EXAMPLES = Path(__file__).parents[1] / "examples"
FAMILIES = "YSTVMXR"
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


BAD = sorted(EXAMPLES.glob("*/fail/*"))


@pytest.mark.parametrize("example", BAD, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_bad_example_breaks_its_rule_alone_and_first_where_it_says(example: Path, tmp_path: Path) -> None:
    match = PLACE.search(example.name)
    assert match is not None
    findings = lint_example(example, tmp_path)
    assert {finding.name for finding in findings} == {example.parts[-3]}, findings
    assert (int(match.group(1)), int(match.group(2))) == findings[0].span[:2]


def test_the_findings_of_all_bad_examples_are_those_on_record(tmp_path: Path) -> None:
    """Written anew by `python -m tests.lint.test_rules`."""
    assert (EXAMPLES / "findings.txt").read_text(encoding="utf-8") == format_findings(tmp_path)


def format_findings(folder: Path) -> str:
    """Return all bad examples, each with its findings: place, end, severity, message, help and fix."""
    lines = []
    for number, example in enumerate(BAD):
        lines.append(f"{example.parts[-3]}/{example.name}")
        made = folder / str(number)
        made.mkdir()
        for found in lint_example(example, made):
            end = f"{found.span.end_line}:{found.span.end_column}"
            lines.append(f"  {found.path}:{found.span.line}:{found.span.column}-{end} {found.severity} {found.code}")
            lines += [f"    {found.message}", f"    {found.help}"]
            if found.fix is not None:
                edits = " ".join(f"{edit.start}-{edit.end} {edit.text!r}" for edit in found.fix.edits)
                lines.append(f"    fix{'' if found.fix.is_safe else ' (unsafe)'}: {edits}")
    return clean("\n".join(lines) + "\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.NAME)
def test_a_rule_keeps_the_contract(rule: RuleText) -> None:
    module: Any = rule
    assert re.fullmatch(rf"[{FAMILIES}][1-9]\d\d", rule.ID)
    assert rule.NAME.replace("-", "_") == module.__name__.rpartition(".")[2]
    assert rule.SEVERITY in ("error", "warning", "info")
    checks = [name for name in ("check", "check_repository") if hasattr(module, name)]
    assert len(checks) == 1
    subject = Subject if checks == ["check"] else RepositorySubject
    hints = get_type_hints(getattr(module, checks[0]))
    assert hints == {"subject": subject, "return": Iterator[Mark]}
    assert rule in (FILE_RULES if checks == ["check"] else REPOSITORY_RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.NAME)
def test_a_rule_is_documented_and_has_examples(rule: RuleText) -> None:
    folder = EXAMPLES / rule.NAME
    assert list((folder / "pass").iterdir())
    assert list((folder / "fail").iterdir())
    assert re.match(r"[A-Z`a-z].*\.\n\n", rule.__doc__ or "")
    assert (rule.__doc__ or "").count("\nGood") == 1
    assert re.search(r"^Good( \(.*\))?::\n\n    ", rule.__doc__ or "", re.MULTILINE)
    assert re.search(r"^Bad( \(.*\))?::\n\n    ", rule.__doc__ or "", re.MULTILINE)


def test_every_module_is_a_rule_and_codes_and_names_are_unique_and_in_order() -> None:
    codes = [rule.ID for rule in RULES]
    assert codes == sorted(set(codes), key=lambda code: (FAMILIES.index(code[0]), code))
    modules = {path.stem for path in Path(basalt_cli.lint.rules.__file__).parent.glob("*.py")} - {"__init__"}
    assert sorted(rule.NAME.replace("-", "_") for rule in RULES) == sorted(modules)
    assert {rule.NAME for rule in RULES} >= OFF_BY_DEFAULT


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        (EXAMPLES / "findings.txt").write_text(format_findings(Path(temporary)), encoding="utf-8")
