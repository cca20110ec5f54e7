"""The prompts that some environments run, in a bundle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from basalt_cli.delivery.bundling import build_bundle
from basalt_cli.errors import NotFoundError
from basalt_cli.workspace.project import Project, open_project

from tests.client.shop import run
from tests.support import Repo


@pytest.fixture
def project(shop: Repo) -> Iterator[Project]:
    opened = open_project(shop.path)
    yield opened
    opened.close()


def test_a_bundle_has_the_versions_and_releases_of_its_environments(project: Project, shop: Repo) -> None:
    bundle = build_bundle(project, ("production", "staging"), ())
    assert (bundle.trunk, bundle.seconds) == (shop.head, int(shop.git("log", "-1", "--format=%ct")))
    assert list(bundle.pointers) == ["production", "staging"]
    first = bundle.pointers["production"]["greeting"].version
    assert bundle.releases == {("greeting", first): "1.0.0"}
    versions = [(content.slug, content.version) for content in bundle.contents]
    assert sorted(slug for slug, _ in versions) == ["greeting", "greeting", "plain", "support/reply"]
    assert len(set(versions)) == 4
    assert bundle.folder == "prompts"


def test_a_bundle_has_both_versions_of_a_roll_out(project: Project, shop: Repo) -> None:
    run(shop, "promote", "greeting", "--to", "production", "--from", "staging", "--percent", "20", "--yes")
    bundle = build_bundle(project, ("production",), ("greeting",))
    pointer = bundle.pointers["production"]["greeting"]
    assert [content.version for content in bundle.contents] == [place.version for place in pointer.places]
    assert [share.percent for share in pointer.rollout] == [20]


def test_patterns_choose_among_the_prompts_of_all_environments(project: Project) -> None:
    bundle = build_bundle(project, ("production", "staging"), ("support/*",))
    assert {name: list(running) for name, running in bundle.pointers.items()} == {
        "production": ["support/reply"],
        "staging": ["support/reply"],
    }
    assert [content.slug for content in bundle.contents] == ["support/reply"]
    with pytest.raises(NotFoundError) as caught:
        build_bundle(project, ("production", "staging"), ("absent",))
    assert caught.value.message == "no prompt 'absent' runs in production or staging"


def test_an_environment_of_the_working_tree_alone_is_refused(project: Project, shop: Repo) -> None:
    shop.write("basalt.yaml", shop.read("basalt.yaml") + "  canary: {}\n")
    edited = open_project(shop.path)
    with pytest.raises(NotFoundError) as caught:
        build_bundle(edited, ("canary",), ())
    edited.close()
    assert caught.value.message == "there is no environment 'canary' on main"
    assert caught.value.hint == "The working tree's basalt.yaml declares it: commit that, and merge it into main."
