"""What history teaches: who forms governments, and how long it takes. A fit runs to its end: Ctrl-C is heard after it."""

from __future__ import annotations

from ._call import Json, PathLike, ask, flags


def fit(*, data: PathLike, out: PathLike, model: str = "best", seed: int = 1, threads: int | None = None) -> Json:
    """Fits a model on the rows of split ``train`` of a folder and writes it to ``out``.

    Returns the command line's object: ``model``, ``n``, ``excluded``, ``coefficients``, ``log_likelihood``.
    """
    return ask(["history", "fit", *flags(data=data, out=out, model=model, seed=seed)], threads=threads)


def score(*, data: PathLike, fit: PathLike, split: str = "valid", threads: int | None = None) -> Json:
    """Scores a fit on the core rows of a split.

    Returns the command line's object: ``all``, ``post_election``, ``midterm``, ``changed``, ``repeats``, ``duration``, ``against``.
    """
    return ask(["history", "score", *flags(data=data, fit=fit, split=split)], threads=threads)
