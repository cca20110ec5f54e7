"""Parse, analyse and render templates in a sandbox. Only this folder imports Jinja2.

``inlining`` and ``pieces`` are imported from their modules: rendering does without them.
"""

from basalt_cli.format.template.analysis import GLOBAL_NAMES, Include, TemplateFacts, TemplateProblem, analyse
from basalt_cli.format.template.rendering import Renderer, RenderFailure
from basalt_cli.format.template.scopes import NameUse, Shown

__all__ = [
    "GLOBAL_NAMES",
    "Include",
    "NameUse",
    "RenderFailure",
    "Renderer",
    "Shown",
    "TemplateFacts",
    "TemplateProblem",
    "analyse",
]
