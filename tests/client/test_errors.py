"""The exceptions of the SDK."""

from __future__ import annotations

import pickle

import pytest
from basalt_cli.client import errors
from basalt_cli.errors import BasaltError

STATUS_CODES = {
    errors.BasaltAPIError: None,
    errors.BadRequestError: 400,
    errors.UnauthorizedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
}


@pytest.mark.parametrize("kind", STATUS_CODES, ids=lambda kind: kind.__name__)
def test_a_refusal_has_the_status_code_of_its_class(kind: type[errors.BasaltAPIError]) -> None:
    assert kind("no").status_code == STATUS_CODES[kind]
    assert kind("no", 418).status_code == 418
    assert isinstance(kind("no"), BasaltError)
    assert not isinstance(kind("no"), errors.NetworkError)


@pytest.mark.parametrize("kind", [errors.BadRequestError, errors.NetworkError, errors.SourceError])
def test_the_text_of_an_error_has_its_hint(kind: type[BasaltError]) -> None:
    assert str(kind("it failed")) == "it failed"
    error = kind("it failed", hint="Try again.")
    assert str(error) == "it failed. Try again."
    assert (error.message, error.hint) == ("it failed", "Try again.")
    assert str(pickle.loads(pickle.dumps(kind("it failed")))) == "it failed"


def test_an_error_of_a_source_may_be_about_one_prompt() -> None:
    assert errors.SourceError("damaged").slug is None
    assert errors.SourceError("damaged", slug="greeting").slug == "greeting"
    assert issubclass(errors.SourceError, errors.NetworkError)
