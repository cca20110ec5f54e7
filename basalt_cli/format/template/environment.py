"""The sandbox: Jinja2 with strict undefined values, without constant folding, and with bounded operators."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.lexer import Lexer
from jinja2.sandbox import SandboxedEnvironment

from basalt_cli.format.template.lexer import PositionedLexer
from basalt_cli.format.template.limits import has_wide_field
from basalt_cli.model.prompt import Whitespace

LARGEST_RESULT = 1_000_000
LARGEST_EXPONENT = 1_000


class UnfoldedCodeGenerator(CodeGenerator):
    """Evaluate constant expressions at rendering, which runs under limits, and not at compilation.

    Jinja2 evaluates constant output while it compiles, even with ``optimized=False``: compiling ``{{ 'a' * 10**9 }}``
    would hang.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.TemplateData):
            return super()._output_child_to_const(node, frame, finalize)
        raise nodes.Impossible


class PromptEnvironment(SandboxedEnvironment):
    """The environment in which all templates are parsed and rendered."""

    code_generator_class = UnfoldedCodeGenerator
    # Jinja2 calls call_binop for these operators, and never folds them.
    intercepted_binops = frozenset(("*", "**", "%"))

    @property
    def lexer(self) -> Lexer:
        """Return the lexer that records columns."""
        return _lexer(self.trim_blocks, self.lstrip_blocks, self.keep_trailing_newline)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Evaluate an intercepted operator; raise SecurityError where its result would be too large."""
        if operator == "*":
            _refuse_long_repeat(left, right)
            _refuse_long_repeat(right, left)
        elif operator == "**":
            _refuse_large_power(left, right)
        elif isinstance(left, str) and has_wide_field(left):
            message = "a format width above 1,000 is too large"
            raise SecurityError(message)
        return super().call_binop(context, operator, left, right)


def build_environment(whitespace: Whitespace, partials: Mapping[str, str] | None = None) -> PromptEnvironment:
    """Build an environment whose includes can load the texts of ``partials``, by path, and nothing else."""
    texts = partials or {}
    return PromptEnvironment(
        trim_blocks=whitespace.trim_blocks,
        lstrip_blocks=whitespace.lstrip_blocks,
        keep_trailing_newline=whitespace.keep_trailing_newline,
        undefined=StrictUndefined,
        optimized=False,
        cache_size=-1,  # -1 is a plain dict: the lock of Jinja2's own cache can be held during a fork
        loader=FunctionLoader(lambda name: (texts[name], name, lambda: True) if name in texts else None),
    )


def lexer_for(whitespace: Whitespace) -> PositionedLexer:
    """Return the lexer for these whitespace settings."""
    return _lexer(whitespace.trim_blocks, whitespace.lstrip_blocks, whitespace.keep_trailing_newline)


@lru_cache(maxsize=8)
def _lexer(trim_blocks: bool, lstrip_blocks: bool, keep_trailing_newline: bool) -> PositionedLexer:
    return PositionedLexer(
        SandboxedEnvironment(
            trim_blocks=trim_blocks, lstrip_blocks=lstrip_blocks, keep_trailing_newline=keep_trailing_newline
        )
    )


def _refuse_long_repeat(value: Any, times: Any) -> None:
    if isinstance(times, int) and isinstance(value, str | list | tuple) and len(value) * times > LARGEST_RESULT:
        message = f"repeating a text or list to {len(value) * times:,} items is too large"
        raise SecurityError(message)


def _refuse_large_power(base: Any, exponent: Any) -> None:
    if not (isinstance(base, int) and isinstance(exponent, int)):
        return
    if exponent > LARGEST_EXPONENT or base.bit_length() * exponent > LARGEST_RESULT:
        message = f"a power with the exponent {str(exponent)[:20]} is too large"
        raise SecurityError(message)
