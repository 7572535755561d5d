"""Command lines run in this process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ._engine import PARQUET, __version__, command
from .errors import CaseError, FormateurError, InputOutputError, TooLargeError, UsageError

__all__ = ["PARQUET", "Json", "PathLike", "Progress", "__version__", "ask", "flags", "say"]

Json = dict[str, Any]
PathLike = str | os.PathLike[str]
Progress = Callable[[int, int], object]


def flags(**given: object) -> list[str]:
    """Arguments as the command line has them: ``as_of=DATE`` is ``--as-of DATE``; ``None`` and ``False`` are left out."""
    args: list[str] = []
    for name, value in given.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            args.append(flag)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for one in value:
                args += [flag, os.fspath(one) if isinstance(one, os.PathLike) else str(one)]
        else:
            args += [flag, os.fspath(value) if isinstance(value, os.PathLike) else str(value)]
    return args


def say(args: Sequence[str], *, threads: int | None = None, progress: Progress | None = None, within: str = "") -> str:
    """Standard output of a command line; an exception where it does not end well.

    ``within`` is a folder whose name is left out of what is said of places.
    """
    if threads is not None and threads < 1:
        raise UsageError(f"threads={threads}: at least one is needed")
    code, out, err = command(list(args), threads or 0, progress)
    if code == 0:
        return out
    raise error(code, out, err, within)


def ask(args: Sequence[str], *, threads: int | None = None, progress: Progress | None = None, within: str = "") -> Json:
    """The JSON object of a command line."""
    answer: Json = json.loads(say([*args, "--json"], threads=threads, progress=progress, within=within))
    return answer


def error(code: int, out: str, err: str, within: str) -> FormateurError:
    """The exception for an exit code other than 0."""
    from .answers import Diagnostic

    said: Any = None
    if out.startswith("{"):
        said = json.loads(out)
    listed = said.get("diagnostics", []) if isinstance(said, Mapping) else []
    found = tuple(Diagnostic.of(one, within) for one in listed)
    message = err.replace(within, "").strip().removeprefix("error: ") or "; ".join(one.message for one in found)
    if code == 1:
        return CaseError(message, found)
    if code == 2:
        return UsageError(message)
    if code == 3:
        return TooLargeError(message)
    if code == 4:
        return InputOutputError(message)
    return FormateurError(message or f"exit code {code}")
