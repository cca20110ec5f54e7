"""Candidates of the shell completion."""

from __future__ import annotations

import pytest
from basalt_cli.cli.completion import (
    complete_cases,
    complete_environments,
    complete_references,
    complete_rules,
    complete_schemas,
    complete_slugs,
)

from tests.support import PROMPT, Repo


@pytest.fixture
def prompts(repo: Repo) -> Repo:
    repo.write("prompts/support/reply.yaml", PROMPT + "tests: [{name: late}, {name: lost}]\n")
    repo.write("prompts/support/refund.yaml", PROMPT + "tests: [{name: late parcel}]\n")
    repo.write("prompts/broken.yaml", "[")
    return repo


@pytest.mark.usefixtures("prompts")
def test_slugs_start_with_the_text() -> None:
    assert complete_slugs("") == ["broken", "greeting", "support/refund", "support/reply"]
    assert complete_slugs("support/re") == ["support/refund", "support/reply"]
    assert complete_slugs("reply") == []


@pytest.mark.usefixtures("prompts")
def test_a_reference_is_a_slug_and_then_a_selector() -> None:
    assert complete_references("gr") == ["greeting"]
    assert complete_references("greeting@") == ["greeting@latest", "greeting@staging", "greeting@production"]
    assert complete_references("greeting@st") == ["greeting@staging"]
    assert complete_references("any@la") == ["any@latest"]


@pytest.mark.usefixtures("prompts")
def test_environments_start_with_the_text() -> None:
    assert complete_environments("") == ["staging", "production"]
    assert complete_environments("p") == ["production"]


@pytest.mark.usefixtures("prompts")
def test_cases_are_those_of_all_readable_prompts() -> None:
    assert sorted(complete_cases("")) == ["late", "late parcel", "lost"]
    assert sorted(complete_cases("late")) == ["late", "late parcel"]


def test_schemas_start_with_the_text() -> None:
    assert complete_schemas("p") == ["prompt"]
    assert complete_schemas("output/p") == ["output/promote"]
    assert {"config", "deployments", "prompt"} <= set(complete_schemas(""))


def test_rules_have_a_code_and_a_name() -> None:
    assert complete_rules("T302") == ["T302"]
    (name,) = complete_rules("undeclared-v")
    assert name == "undeclared-variable"


def test_a_project_that_cannot_be_read_has_no_candidates(repo: Repo) -> None:
    repo.write("basalt.yaml", "[")
    for complete in (complete_slugs, complete_references, complete_environments, complete_cases):
        assert complete("") == []
    assert complete_references("greeting@") == ["greeting@latest"]
