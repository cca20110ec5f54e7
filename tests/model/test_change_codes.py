from __future__ import annotations

from basalt_cli.model.change import Risk
from basalt_cli.model.change_codes import CODES, RISKS


def test_every_risk_is_explained_from_the_worst_on() -> None:
    assert [name for name, _ in RISKS] == [risk.label for risk in sorted(Risk, reverse=True)]


def test_codes_are_there_once_and_name_known_risks() -> None:
    assert len({code for code, _, _ in CODES}) == len(CODES)
    labels = {risk.label for risk in Risk}
    for code, risk, meaning in CODES:
        assert code == "partial-..." or any(label in risk for label in labels), code
        assert meaning
