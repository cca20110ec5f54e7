from __future__ import annotations

from basalt_cli.model.pointer import Pointer, Share

ONE = Pointer("a" * 40, "sha256:1")


def test_a_pointer_alone_gets_all_callers() -> None:
    assert ONE.places == [Share(ONE.version, ONE.digest, 100)]


def test_a_roll_out_takes_its_percentages_from_the_pointer() -> None:
    shares = (Share("b", "sha256:2", 10), Share("c", "sha256:3", 25))
    assert ONE._replace(rollout=shares).places == [Share(ONE.version, ONE.digest, 65), *shares]
