"""The JSON form of values that several outputs contain."""

from __future__ import annotations

from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_forms import changes_to_json, gates_to_json, model_to_json, rollout_to_json
from basalt_cli.model.pointer import GateResult, Pointer, Share
from basalt_cli.model.prompt import ModelSettings

CHANGE = Change("wording", "prompt", "a", None, Risk.WORDING, "wording of prompt changed")


def test_a_change_has_its_sides_only_where_they_are_asked_for() -> None:
    plain = {"code": "wording", "path": "prompt", "risk": "wording", "message": "wording of prompt changed"}
    assert changes_to_json([CHANGE], with_sides=False) == [plain]
    (found,) = changes_to_json([CHANGE], with_sides=True)
    assert found == {**plain, "old": "a", "new": None}
    assert isinstance(found, dict)
    assert list(found) == ["code", "path", "old", "new", "risk", "message"]
    assert changes_to_json([], with_sides=True) == []


def test_gates_and_shares_have_all_their_fields() -> None:
    assert gates_to_json([GateResult("lint", False, "2 errors")]) == [
        {"gate": "lint", "passed": False, "evidence": "2 errors"}
    ]
    pointer = Pointer("1" * 40, "sha256:a", (Share("2" * 40, "sha256:b", 10),))
    assert rollout_to_json(pointer) == [{"version": "2" * 40, "digest": "sha256:b", "percent": 10}]
    assert rollout_to_json(pointer._replace(rollout=())) == rollout_to_json(None) == []


def test_a_model_has_its_parameters_as_a_mapping() -> None:
    settings = ModelSettings("gpt", "openai", "2025-04-14", (("temperature", 0.2), ("stop", ["x"])))
    assert model_to_json(settings) == {
        "provider": "openai", "name": "gpt", "version": "2025-04-14", "parameters": {"temperature": 0.2, "stop": ["x"]}
    }  # fmt: skip
    assert model_to_json(ModelSettings()) == {"provider": None, "name": None, "version": None, "parameters": {}}
