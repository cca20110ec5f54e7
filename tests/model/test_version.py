from __future__ import annotations

from basalt_cli.model.pointer import Pointer
from basalt_cli.model.status import Flaw
from basalt_cli.model.version import Commit, Version

COMMIT = Commit("a" * 40, (), 1, 1, "Ada", "subject")


def test_a_version_at_the_boundary_has_no_id() -> None:
    assert Version("p", COMMIT, "sha256:1").id == "a" * 40
    assert Version("p", COMMIT, "sha256:1", is_boundary=True).id is None


def test_a_flaw_is_gone_where_nothing_can_be_read() -> None:
    assert Flaw("production", "a", "gone", "m").is_gone
    assert not Flaw("production", "a", "off-trunk", "m").is_gone
    assert Pointer("a", "b").rollout == ()
