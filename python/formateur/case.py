"""Cases, and what they can be asked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, Unpack

from . import answers
from ._call import PathLike, Progress, ask, flags, say
from .errors import CaseError, InputOutputError, UsageError

Data = Mapping[str, Any] | str
Day = date | str


class Asked(TypedDict, total=False):
    """What every question takes: see :class:`Case`."""

    draws: int
    seed: int
    threads: int | None
    as_of: Day | None
    progress: Progress | None


class AskedRun(Asked, total=False):
    """Also ``draws_out``: see :meth:`Case.run`."""

    draws_out: PathLike | None


class AskedWhatIf(Asked, total=False):
    """Also what is changed: see :meth:`Case.whatif`."""

    set: Mapping[str, object] | Sequence[str]
    remove: Sequence[str]
    add: PathLike | Mapping[str, Any] | None
    rules: str | None


class AskedWhy(Asked, total=False):
    """Also ``cells``: see :meth:`Case.why`."""

    cells: bool


class Case:
    """A situation: a folder with a ``case.toml``, or the same as Python data (:meth:`from_data`).

    What every question takes, as on the command line: ``draws`` (how many draws of the uncertain numbers; 1,000 unless said
    otherwise), ``seed`` (1), ``threads`` (all cores; the answer does not depend on it), ``as_of`` (as if it were this day, a date
    or ``YYYY-MM-DD``); and ``progress``, called with the work done and the work there is. A case can be sent to another machine:
    it is pickled with its files.

    Raises :class:`CaseError` where the case has errors or its log cannot be shown, :class:`TooLargeError` where it has too many
    states, :class:`UsageError` where arguments make no sense, :class:`InputOutputError` where a file cannot be read or written.
    """

    def __init__(self, path: PathLike) -> None:
        place = Path(path)
        if place.name == "case.toml":
            place = place.parent
        self._folder = place.absolute()
        self._within = ""
        self._kept: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def from_data(
        cls,
        case: Data,
        *,
        id: str = "case",
        claims: Data | None = None,
        log: Data | None = None,
        packs: Mapping[str, Data] | None = None,
        tables: Mapping[str, str] | None = None,
    ) -> Case:
        """A case from dictionaries, or from TOML text: the tables of ``case.toml``, ``claims.toml``, ``log.toml`` and of procedure
        packs by name; ``tables`` are CSV texts by the name of their file. ``id`` is what the folder would be called."""
        files = {"case.toml": toml(case)}
        if claims is not None:
            files["claims.toml"] = toml(claims)
        if log is not None:
            files["log.toml"] = toml(log)
        files.update({f"packs/{name}.toml": toml(pack) for name, pack in (packs or {}).items()})
        files.update(tables or {})
        return cls._from_files(id, files)

    @classmethod
    def _from_files(cls, id: str, files: Mapping[str, str]) -> Case:
        if not id or id in (".", "..") or "/" in id or "\\" in id:
            raise UsageError(f"{id!r} is no name for a case")
        kept = tempfile.TemporaryDirectory(prefix="formateur-")
        folder = Path(kept.name).resolve() / id
        for name, text in files.items():
            file = folder / name
            if folder.resolve() not in file.resolve().parents:
                raise UsageError(f"{name!r} is no name for a file of a case")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        case = cls(folder)
        case._within = f"{folder.parent}{os.sep}"
        case._kept = kept
        return case

    def __reduce__(self) -> tuple[Any, ...]:
        return (Case._from_files, (self.id, self.files()))

    def __repr__(self) -> str:
        return f"Case({str(self.path).removeprefix(self._within)!r})"

    @property
    def path(self) -> Path:
        """The case's folder."""
        return self._folder

    @property
    def id(self) -> str:
        """The folder's name."""
        return self._folder.name

    def files(self) -> dict[str, str]:
        """The case's texts by their place in its folder."""
        names = ["case.toml", "claims.toml", "log.toml", "outcome.toml"]
        found = [self._folder / name for name in names]
        found += sorted(self._folder.glob("packs/*.toml")) + sorted(self._folder.glob("*.csv"))
        try:
            return {
                file.relative_to(self._folder).as_posix(): file.read_bytes().decode("utf-8")
                for file in found
                if file.is_file()
            }
        except UnicodeDecodeError as error:
            raise CaseError(f"{self._folder}: not UTF-8 text: {error}") from error

    def _ask(
        self,
        command: str,
        given: Mapping[str, object],
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> answers.Json:
        args = [command, str(self._folder), *flags(**given)]
        return ask(args, threads=threads, progress=progress, within=self._within)

    def prose(self) -> str:
        """The case in sentences: who may do what when, what each wants, what rests on what."""
        return say(["show", "case", str(self._folder)], within=self._within)

    def check(self) -> answers.Check:
        """Diagnostics, size, sharpness of choice, moves that cannot be undone. Errors are in the answer, not raised."""
        try:
            json = self._ask("check", {})
        except CaseError as error:
            return answers.Check({"diagnostics": [vars(d) for d in error.diagnostics]}, error.diagnostics)
        found = tuple(answers.Diagnostic.of(one, self._within) for one in json["diagnostics"])
        return answers.Check(json, found)

    def run(
        self,
        *,
        draws: int = 1000,
        seed: int = 1,
        threads: int | None = None,
        as_of: Day | None = None,
        draws_out: PathLike | None = None,
        progress: Progress | None = None,
    ) -> answers.Forecast:
        """Who, when, and the case's questions. ``draws_out`` also writes the draws, a row each, as ``.parquet`` or ``.csv``."""
        given = {"draws": draws, "seed": seed, "as_of": as_of, "draws_out": draws_out}
        return answers.Forecast.of(self._ask("run", given, threads=threads, progress=progress))

    def options(
        self,
        actor: str,
        *,
        draws: int = 1000,
        seed: int = 1,
        threads: int | None = None,
        as_of: Day | None = None,
        progress: Progress | None = None,
    ) -> answers.Options:
        """What an actor, body, role or group can do: outcomes, price, risk, and when each option is the best."""
        given = {"actor": actor, "draws": draws, "seed": seed, "as_of": as_of}
        return answers.Options.of(self._ask("options", given, threads=threads, progress=progress))

    def whatif(
        self,
        *,
        set: Mapping[str, object] | Sequence[str] = (),
        remove: Sequence[str] = (),
        add: PathLike | Mapping[str, Any] | None = None,
        rules: str | None = None,
        draws: int = 1000,
        seed: int = 1,
        threads: int | None = None,
        as_of: Day | None = None,
        progress: Progress | None = None,
    ) -> answers.WhatIf:
        """The case as it is and changed, over the same draws.

        ``set``: values by path, ``{"numbers.pain": "0.3 to 0.5"}``; ``remove``: moves, ``["washington.enforce"]``; ``add``: a file
        of further tables, or the tables; ``rules``: another procedure pack.
        """
        values = [f"{path}={value}" for path, value in set.items()] if isinstance(set, Mapping) else list(set)
        given = {"set": values, "remove": list(remove), "rules": rules, "draws": draws, "seed": seed, "as_of": as_of}
        if isinstance(add, Mapping):
            with tempfile.TemporaryDirectory(prefix="formateur-") as folder:
                file = Path(folder) / "added.toml"
                file.write_text(toml(add), encoding="utf-8")
                json = self._ask("whatif", {"add": file, **given}, threads=threads, progress=progress)
        else:
            json = self._ask("whatif", {"add": add, **given}, threads=threads, progress=progress)
        return answers.WhatIf.of(json)

    def update(
        self,
        *,
        draws: int = 1000,
        seed: int = 1,
        threads: int | None = None,
        as_of: Day | None = None,
        progress: Progress | None = None,
    ) -> answers.Update:
        """The forecast after each entry of the log, and the numbers each entry moved."""
        given = {"draws": draws, "seed": seed, "as_of": as_of}
        return answers.Update.of(self._ask("update", given, threads=threads, progress=progress))

    def why(
        self,
        outcome: str | None = None,
        *,
        cells: bool = False,
        draws: int = 1000,
        seed: int = 1,
        threads: int | None = None,
        as_of: Day | None = None,
        progress: Progress | None = None,
    ) -> answers.Why:
        """Why an outcome (the likeliest where none is named) is as likely as it is. ``cells``: single numbers instead of tables
        of numbers."""
        given = {"outcome": outcome, "cells": cells, "draws": draws, "seed": seed, "as_of": as_of}
        return answers.Why.of(self._ask("why", given, threads=threads, progress=progress))

    def power(
        self,
        *,
        draws: int = 1000,
        seed: int = 1,
        threads: int | None = None,
        list: int | None = None,
        banzhaf_only: bool = False,
        progress: Progress | None = None,
    ) -> answers.Power:
        """Who is pivotal in the case's ballots, by weight and in play."""
        given = {"draws": draws, "seed": seed, "list": list, "banzhaf_only": banzhaf_only}
        return answers.Power.of(self._ask("power", given, threads=threads, progress=progress))

    def conflict(
        self,
        *,
        variables: Sequence[str] = (),
        joint_moves: str | None = None,
        sanction: str | None = None,
        coalitions: bool = False,
        status_quo: int | None = None,
        wanted: int | None = None,
        sentences: bool = False,
    ) -> answers.Conflict:
        """The case in options form: which states are stable, and why."""
        return conflict(
            self,
            variables=variables,
            joint_moves=joint_moves,
            sanction=sanction,
            coalitions=coalitions,
            status_quo=status_quo,
            wanted=wanted,
            sentences=sentences,
        )

    def coalitions(self, *, fit: PathLike | None = None) -> answers.Coalitions:
        """Who could govern together, by what past governments teach: ``fit`` is another fit than the one that comes along."""
        return answers.Coalitions.of(self._ask("coalitions", {"fit": fit}))


def toml(data: Data) -> str:
    """TOML text of a dictionary; text stays as it is."""
    if isinstance(data, str):
        return data
    import tomli_w

    try:
        return tomli_w.dumps(data)
    except (TypeError, ValueError) as error:
        raise UsageError(f"this cannot be written as TOML: {error}") from error


def of(case: Case | PathLike) -> Case:
    """A case, or the one in a folder."""
    return case if isinstance(case, Case) else Case(case)


def load(path: PathLike) -> Case:
    """The case in a folder. Raises :class:`CaseError` with every error in it, :class:`InputOutputError` where there is none."""
    case = Case(path)
    ask(["show", "case", str(case.path)])
    return case


def check(case: Case | PathLike) -> answers.Check:
    """What is wrong with a case, and how large it is: as :meth:`Case.check`, with its arguments, answer and errors."""
    return of(case).check()


def run(case: Case | PathLike, **given: Unpack[AskedRun]) -> answers.Forecast:
    """The forecast of a case: as :meth:`Case.run`, with its arguments, answer and errors."""
    return of(case).run(**given)


def options(case: Case | PathLike, actor: str, **given: Unpack[Asked]) -> answers.Options:
    """What an actor of a case can do: as :meth:`Case.options`, with its arguments, answer and errors."""
    return of(case).options(actor, **given)


def whatif(case: Case | PathLike, **given: Unpack[AskedWhatIf]) -> answers.WhatIf:
    """A case as it is and changed: as :meth:`Case.whatif`, with its arguments, answer and errors."""
    return of(case).whatif(**given)


def update(case: Case | PathLike, **given: Unpack[Asked]) -> answers.Update:
    """The forecast after each entry of a case's log: as :meth:`Case.update`, with its arguments, answer and errors."""
    return of(case).update(**given)


def why(case: Case | PathLike, outcome: str | None = None, **given: Unpack[AskedWhy]) -> answers.Why:
    """Why an outcome is as likely as it is: as :meth:`Case.why`, with its arguments, answer and errors."""
    return of(case).why(outcome, **given)


def coalitions(case: Case | PathLike, *, fit: PathLike | None = None) -> answers.Coalitions:
    """Who could govern together in a case's chamber: as :meth:`Case.coalitions`, with its arguments, answer and errors."""
    return of(case).coalitions(fit=fit)


def new(path: PathLike, *, template: str | None = None) -> Case:
    """A small complete case to begin with, in a new folder. ``template``: ``small`` (unless said otherwise), ``escalation`` or
    ``procedure-only``. Raises :class:`InputOutputError` where something of that name is there already."""
    say(["new", os.fspath(path), *([] if template is None else ["--from", template])])
    return Case(path)


def backtest(
    cases: Sequence[Case | PathLike],
    *,
    draws: int = 1000,
    seed: int = 1,
    threads: int | None = None,
    as_of: Day | None = None,
    progress: Progress | None = None,
) -> answers.Scores:
    """Cases run blind, then set against what happened: each needs an ``outcome.toml``, which nothing else reads."""
    folders = [os.fspath(of(case).path) for case in cases]
    given = flags(draws=draws, seed=seed, as_of=as_of)
    return answers.Scores.of(ask(["backtest", *folders, *given], threads=threads, progress=progress))


def power(
    case: Case | PathLike | None = None,
    *,
    weights: Mapping[str, int] | PathLike | None = None,
    quota: str | int | Sequence[str] | None = None,
    veto: Sequence[str] = (),
    quorum: str | None = None,
    list: int | None = None,
    banzhaf_only: bool = False,
    **given: Any,
) -> answers.Power:
    """Who is pivotal: in the ballots of a case, or where ``weights`` (a CSV file, or weights by id) meet a ``quota``."""
    if case is not None:
        if weights is not None or quota is not None:
            raise UsageError("say whose power: a case, or weights and a quota")
        return of(case).power(list=list, banzhaf_only=banzhaf_only, **given)
    if weights is None or quota is None:
        raise UsageError("say whose power: a case, or weights and a quota")
    quotas = [str(quota)] if isinstance(quota, str | int) else [*quota]
    rest = flags(quota=quotas, veto=[*veto], quorum=quorum, list=list, banzhaf_only=banzhaf_only)
    threads, progress = given.pop("threads", None), given.pop("progress", None)
    rest += flags(**given)
    if isinstance(weights, Mapping):
        with tempfile.TemporaryDirectory(prefix="formateur-") as folder:
            file = Path(folder) / "weights.csv"
            lines = [f'"{id}",{weight}\n' for id, weight in weights.items()]
            file.write_text("id,weight\n" + "".join(lines), encoding="utf-8")
            json = ask(["power", "--weights", str(file), *rest], threads=threads, progress=progress)
    else:
        json = ask(["power", "--weights", os.fspath(weights), *rest], threads=threads, progress=progress)
    return answers.Power.of(json)


def conflict(
    case: Case | PathLike,
    *,
    variables: Sequence[str] = (),
    joint_moves: str | None = None,
    sanction: str | None = None,
    coalitions: bool = False,
    status_quo: int | None = None,
    wanted: int | None = None,
    sentences: bool = False,
) -> answers.Conflict:
    """Which states are stable: of a case, or of a file in options form (JSON or TOML)."""
    path, within = (case.path, case._within) if isinstance(case, Case) else (Path(case), "")
    rest = flags(
        variables=",".join(variables) or None,
        joint_moves=joint_moves,
        sanction=sanction,
        coalitions=coalitions,
        status_quo=status_quo,
        wanted=wanted,
        sentences=sentences,
    )
    if not path.exists():
        raise InputOutputError(f"cannot read {path}")
    return answers.Conflict.of(ask(["conflict", str(path), *rest], within=within))
