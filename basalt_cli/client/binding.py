"""The prompt that ``with prompt:`` binds to the current thread or task, for logs and traces of calls to a model."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import NamedTuple


class BoundPrompt(NamedTuple):
    """The bound prompt; ``outer`` is the one that was bound before, and is bound again afterwards."""

    slug: str
    version: str
    tag: str | None
    variant: str | None = None
    outer: BoundPrompt | None = None


_current: ContextVar[BoundPrompt | None] = ContextVar("basalt_prompt", default=None)


def current_prompt() -> BoundPrompt | None:
    """Return the prompt that is bound in this thread or task, or None outside of ``with prompt:``."""
    return _current.get()


def bind(slug: str, version: str, tag: str | None, variant: str | None) -> None:
    """Bind a prompt, and set its slug and version as attributes of the current OpenTelemetry span."""
    _current.set(BoundPrompt(slug, version, tag, variant, _current.get()))
    _set_span_attributes(slug, version)


def unbind() -> None:
    """Bind the outer prompt again, or none."""
    bound = _current.get()
    _current.set(bound.outer if bound is not None else None)
    if bound is not None and bound.outer is not None:
        _set_span_attributes(bound.outer.slug, bound.outer.version)


def _set_span_attributes(slug: str, version: str) -> None:
    # An application with tracing has imported it; others must not pay for the import.
    trace = sys.modules.get("opentelemetry.trace")
    if trace is not None:
        span = trace.get_current_span()
        span.set_attribute("gen_ai.prompt.name", slug)
        span.set_attribute("gen_ai.prompt.version", version)
