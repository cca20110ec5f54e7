"""281 real templates, each made into a prompt file in a real repository, linted and rendered.

The corpus is test data of other projects and stays where it is; see its own README for licences.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from basalt_cli.errors import BasaltError
from basalt_cli.format.yaml.writer import format_block, format_scalar, quote
from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.model.config import LintPolicy
from basalt_cli.testing.rendering import render
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.project import Project, open_project

from tests.support import clean_home, make_repo

CORPUS = Path(os.environ.get("BASALT_CORPUS", Path(__file__).parents[2] / "shared" / "corpus" / "real_templates.jsonl"))
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the corpus of real templates is not at {CORPUS}")

ROWS: list[dict[str, Any]] = (
    [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()] if CORPUS.exists() else []
)
JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def write_prompt(row: dict[str, Any], style: Callable[[str], str]) -> str:
    lines = [f"name: {format_scalar(row['id'])}"]
    if row["variables"]:
        lines.append("variables:")
        lines += [f"  {name}: {JSON_TYPES[type(value)]}" for name, value in row["variables"].items()]
    lines.append(f"template: {json.dumps(row['settings'])}")
    lines.append(f"prompt: {style(row['template'])}")
    return "\n".join(lines) + "\n"


def _slug(row: dict[str, Any], style: str) -> str:
    return f"{style}/{row['id'].lower()}"


STYLES: dict[str, Callable[[str], str]] = {"block": lambda text: format_block(text, 0), "quoted": quote}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    files = {
        f"prompts/{_slug(row, name)}.yaml": write_prompt(row, style) for row in ROWS for name, style in STYLES.items()
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clean_home(tmp_path_factory.mktemp("home")).items():
            patch.setenv(name, value)
        repo = make_repo(tmp_path_factory.mktemp("corpus") / "repo", files)
    project = open_project(repo.path)
    yield project
    project.close()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_a_real_template(corpus: Project, row: dict[str, Any], style: str) -> None:
    commit = corpus.repository.find_commit("HEAD")
    catalog = open_catalog(corpus, commit)
    slug = _slug(row, style)
    findings = lint(Source(catalog.tree, "prompts"), choose_rules(LintPolicy()), [f"{slug}.yaml"]).findings
    if row["strict"] == "renders":
        wrong = [finding for finding in findings if finding.severity == "error"]
        assert wrong == []
        (message,) = render(catalog, slug, row["variables"]).messages
        assert message.content == row["expected"]
        return
    with pytest.raises(BasaltError) as caught:
        render(catalog, slug, row["variables"])
    assert caught.value.place is not None
    assert caught.value.place.line is not None
    assert (
        "undefined" in caught.value.message
        or "does not exist" in caught.value.message
        or "element" in caught.value.message
    )


def test_the_whole_corpus_was_there() -> None:
    assert len(ROWS) == 281
    assert sum(row["strict"] == "renders" for row in ROWS) == 275


# Findings about these templates that are true, each with the reason.
JUSTIFIED = {
    (
        "T315",
        "actions",
    ): "the template joins a list into 'actions', which its callers give as well: their value is lost",
    ("T303", "repair_candidates"): "the template never reads it",
    ("T303", "candidates"): "the template never reads it",
}


def test_no_false_finding(corpus: Project) -> None:
    catalog = open_catalog(corpus, corpus.repository.find_commit("HEAD"))
    paths = [f"{_slug(row, style)}.yaml" for row in ROWS if row["strict"] == "renders" for style in STYLES]
    report = lint(Source(catalog.tree, "prompts"), choose_rules(LintPolicy()), paths)
    found = {(finding.code, finding.message.split("'")[1]) for finding in report.findings if finding.code[0] in "YSTV"}
    assert found == set(JUSTIFIED)
