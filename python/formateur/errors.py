"""What goes wrong, with its place and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .answers import Diagnostic


class FormateurError(Exception):
    """Anything formateur refuses or cannot do."""


class CaseError(FormateurError, ValueError):
    """A case, or a file of its kind, has errors.

    ``diagnostics`` holds all of them, each with code, file, line, column (both from 1), message and help.
    """

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message, diagnostics)
        self.message = message
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        if not self.diagnostics:
            return self.message
        return "\n".join(str(found) for found in self.diagnostics if found.severity == "error") or self.message


class UsageError(FormateurError, ValueError):
    """The arguments make no sense together."""


class TooLargeError(FormateurError):
    """The case has more states than are solved; the message says what makes it large."""


class InputOutputError(FormateurError, OSError):
    """A file cannot be read or written."""
