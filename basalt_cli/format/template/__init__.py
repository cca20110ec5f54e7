"""Parse, analyse and render templates in a sandbox. Only this folder imports Jinja2."""

from basalt_cli.format.template.analysis import GLOBAL_NAMES, Include, TemplateFacts, TemplateProblem, analyse
from basalt_cli.format.template.inlining import expand_includes, write_in_includes
from basalt_cli.format.template.pieces import PieceKind, TemplatePiece, cut_template
from basalt_cli.format.template.rendering import Renderer, RenderFailure
from basalt_cli.format.template.scopes import NameUse, Shown

__all__ = [
    "GLOBAL_NAMES",
    "Include",
    "NameUse",
    "PieceKind",
    "RenderFailure",
    "Renderer",
    "Shown",
    "TemplateFacts",
    "TemplatePiece",
    "TemplateProblem",
    "analyse",
    "cut_template",
    "expand_includes",
    "write_in_includes",
]
