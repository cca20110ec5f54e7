"""What a lint says of many files, and what mending one comes to."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.finding import Finding


class LintReport(NamedTuple):
    """Findings in the order of files and places, how many files were looked at, and the texts of those with findings.

    ``texts`` are by path from the project's folder, secrets in them blotted out; empty for what is not text.
    """

    findings: tuple[Finding, ...]
    files: int
    texts: dict[str, str]

    @property
    def errors(self) -> int:
        """Count the findings that make a file unusable."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """Count the findings that somebody should look at."""
        return sum(finding.severity == "warning" for finding in self.findings)

    @property
    def infos(self) -> int:
        """Count the findings that fail nothing."""
        return len(self.findings) - self.errors - self.warnings

    @property
    def fails(self) -> bool:
        """Say whether there is an error or a warning."""
        return self.infos < len(self.findings)


class Mended(NamedTuple):
    """A file before and after, how many findings were mended, and those whose fix would have changed what is sent."""

    path: str
    before: bytes
    after: bytes
    fixed: int
    refused: tuple[Finding, ...]
