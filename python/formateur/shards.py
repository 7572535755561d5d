"""A run in parts: the same bytes as the run on one machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

from . import answers
from ._call import PathLike, Progress, ask, flags, say
from .case import Case, of

__all__ = ["merge", "next_round", "shard"]


def shard(
    case: Case | PathLike,
    part: int,
    parts: int,
    out: PathLike,
    *,
    after: Sequence[PathLike] = (),
    draws: int = 1000,
    seed: int = 1,
    threads: int | None = None,
    as_of: date | str | None = None,
    progress: Progress | None = None,
) -> None:
    """Solves part ``part`` of ``parts`` (from 1) of the draws and writes it to ``out``, whole or not at all.

    ``after``: all parts of the rounds before, for the round that :func:`next_round` asks for.
    """
    case = of(case)
    args = ["run", str(case.path), "--shard", f"{part}/{parts}", *flags(out=out, draws=draws, seed=seed, as_of=as_of)]
    if after:
        args += ["--after", *(os.fspath(file) for file in after)]
    ask(args, threads=threads, progress=progress)


def next_round(files: Sequence[PathLike]) -> tuple[int, int] | None:
    """The round that could be divided next after the rounds in ``files``, and its number of draws; ``None`` where none is left.

    Round 1 are the draws asked for or, where there is a log, their first quarter; round 2 the rest, or the second quarter where
    the log leaves few, then rounds 3 and 4; round 5 all of them in the case without errors, where somebody errs.
    """
    import json

    found = json.loads(say(["merge", *(os.fspath(file) for file in files), "--next"]))
    return None if found["round"] is None else (found["round"], found["draws"])


def merge(
    files: Sequence[PathLike],
    *,
    draws_out: PathLike | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> answers.Forecast:
    """Puts all parts of a run together; rounds that are called for and not there are solved here.

    Raises :class:`CaseError` where a part is missing, there twice, damaged, or of another case, seed or version.
    """
    args = ["merge", *(os.fspath(file) for file in files), *flags(draws_out=draws_out)]
    return answers.Forecast.of(ask(args, threads=threads, progress=progress))
