"""Which prompt is at work: bound by ``with prompt:``, for whoever logs or traces a call to a model."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import NamedTuple


class BoundPrompt(NamedTuple):
    """A prompt that calls to models are made with; ``outer`` is what was bound around it."""

    slug: str
    version: str
    tag: str | None
    variant: str | None = None
    outer: BoundPrompt | None = None


_current: ContextVar[BoundPrompt | None] = ContextVar("basalt_prompt", default=None)


def current_prompt() -> BoundPrompt | None:
    """Return the prompt that is bound in this thread or task; None outside ``with prompt:``."""
    return _current.get()


def bind(slug: str, version: str, tag: str | None, variant: str | None) -> None:
    """Bind a prompt, and name it on the current OpenTelemetry span, where the application traces."""
    _current.set(BoundPrompt(slug, version, tag, variant, _current.get()))
    _set_span_attributes(slug, version)


def unbind() -> None:
    """Bind again what was bound before."""
    bound = _current.get()
    _current.set(bound.outer if bound is not None else None)
    if bound is not None and bound.outer is not None:
        _set_span_attributes(bound.outer.slug, bound.outer.version)


def _set_span_attributes(slug: str, version: str) -> None:
    # An application that traces has imported it; nobody else pays for it.
    trace = sys.modules.get("opentelemetry.trace")
    if trace is not None:
        span = trace.get_current_span()
        span.set_attribute("gen_ai.prompt.name", slug)
        span.set_attribute("gen_ai.prompt.version", version)
