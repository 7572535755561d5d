"""Answers as data: small frozen dataclasses made from the JSON that the command line prints.

Probabilities lie in 0-1, payoffs are in utils, dates are ``datetime.date``; a date that may never come is ``None``. What no
dataclass names is in ``json``, the whole object as the command line prints it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

from . import charts, tables

if TYPE_CHECKING:
    import pyarrow

Json = dict[str, Any]
Row = dict[str, Any]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _date(text: str) -> date:
    return date.fromisoformat(text)


@dataclass(frozen=True)
class Band:
    """A quantity over draws: ``mean``, the tenth and ninetieth percentile ``p10`` and ``p90`` (what is not known), and the
    Monte-Carlo standard ``error`` of the mean (what more draws would tell). A probability in 0-1, or utils, as what has it says."""

    mean: float
    p10: float
    p90: float
    error: float

    @classmethod
    def of(cls, json: Json) -> Band:
        """From ``mean``, ``p10``, ``p90``, ``error``."""
        return Band(json["mean"], json["p10"], json["p90"], json["error"])


@dataclass(frozen=True)
class Outcome(Band):
    """One outcome and its probability: ``id`` in the case, ``label`` for people, and a band in 0-1; the means of all outcomes
    sum to 1."""

    id: str
    label: str

    @classmethod
    def of(cls, json: Json) -> Outcome:
        """From an entry of ``outcomes``."""
        return Outcome(json["mean"], json["p10"], json["p90"], json["error"], json["id"], json["label"])


@dataclass(frozen=True)
class Month:
    """The ``probability`` (0-1) that it has come by ``until``, that day included."""

    until: date
    probability: float


@dataclass(frozen=True)
class When:
    """When something comes: the dates ``median``, ``p10``, ``p25``, ``p75``, ``p90`` are quantiles over all paths and draws,
    ``None`` where ``never`` (the probability, 0-1, that it does not come by the case's end) leaves no room for one; ``by_month``
    is cumulative."""

    median: date | None
    p10: date | None
    p25: date | None
    p75: date | None
    p90: date | None
    never: float
    by_month: tuple[Month, ...]

    @classmethod
    def of(cls, json: Json) -> When:
        """From ``when``."""
        return When(
            median=_day(json["median"]),
            p10=_day(json["p10"]),
            p25=_day(json["p25"]),
            p75=_day(json["p75"]),
            p90=_day(json["p90"]),
            never=json["never"],
            by_month=tuple(Month(_date(month["until"]), month["probability"]) for month in json["by_month"]),
        )


@dataclass(frozen=True)
class Question:
    """A question of the case, ``id`` and ``label``, and by its ``kind`` the answer: ``band`` (0-1) for ``chance`` and ``given``,
    ``when`` for ``date_of``, ``values`` for the other kinds."""

    id: str
    label: str
    kind: str
    band: Band | None
    values: tuple[Outcome, ...]
    when: When | None

    @classmethod
    def of(cls, json: Json) -> Question:
        """From an entry of ``questions``."""
        values = json.get("values")
        return Question(
            id=json["id"],
            label=json.get("label", ""),
            kind=json["kind"],
            band=Band.of(json) if "mean" in json else None,
            values=tuple(Outcome.of(value) for value in values) if isinstance(values, list) else (),
            when=When.of(dict(values)) if isinstance(values, Mapping) else None,
        )


@dataclass(frozen=True)
class Diagnostic:
    """Something found in a file: ``file``, ``line`` and ``column`` (both from 1, columns in characters; ``None`` where it has no
    place), ``code`` (a page in the manual), ``severity`` (``error``, ``warning``, ``note``), ``message``, and ``help`` or ``None``."""

    code: str
    severity: str
    file: str | None
    line: int | None
    column: int | None
    message: str
    help: str | None

    @classmethod
    def of(cls, json: Json, within: str = "") -> Diagnostic:
        """From an entry of ``diagnostics``; ``within`` is left out of the file's name."""
        place = json.get("file")
        return Diagnostic(
            code=json["code"],
            severity=json["severity"],
            file=place.removeprefix(within) if place else None,
            line=json.get("line"),
            column=json.get("column"),
            message=json["message"].replace(within, "") if within else json["message"],
            help=json.get("help"),
        )

    def __str__(self) -> str:
        place = f" ({self.file}:{self.line}:{self.column})" if self.file else ""
        help = f"\n  help: {self.help}" if self.help else ""
        return f"{self.severity}[{self.code}]: {self.message}{place}{help}"


@dataclass(frozen=True)
class Answer:
    """What every answer has: the ``json`` it was made from, and tables.

    An answer can be handed to whatever takes Arrow streams (``polars.DataFrame(answer)``): its first table.
    """

    json: Json = field(repr=False)

    @classmethod
    def of(cls, json: Json) -> Self:
        """From the object that the command line prints."""
        return cls(json)

    @property
    def version(self) -> str:
        """The version of formateur that gave the answer."""
        return str(self.json["formateur"]["version"])

    @property
    def seed(self) -> int:
        """The seed of the draws: with the same one the answer is the same."""
        return int(self.json["formateur"]["seed"])

    @property
    def case_hash(self) -> str | None:
        """SHA-256 of all files of the case, its procedure pack included."""
        found = self.json["formateur"].get("case_hash")
        return None if found is None else str(found)

    @property
    def effective_draws(self) -> float | None:
        """How many equally weighted draws tell as much."""
        found = self.json["formateur"].get("effective_draws")
        return None if found is None else float(found)

    def rows(self) -> dict[str, list[Row]]:
        """All tables as lists of rows, the main one first."""
        return {}

    def table(self, name: str | None = None) -> pyarrow.Table:
        """A table as Arrow: the main one, or the one of this name. Needs pyarrow (``pip install formateur[arrow]``)."""
        return tables.arrow(self.rows(), name, self.json)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table().__arrow_c_stream__(requested_schema)

    def to_csv(self, path: str | PathLike[str], name: str | None = None) -> None:
        """Writes a table as CSV: the main one, or the one of this name."""
        tables.csv(self.rows(), name, path)

    def to_xlsx(self, path: str | PathLike[str]) -> None:
        """Writes all tables as sheets of a workbook. Needs openpyxl (``pip install formateur[xlsx]``)."""
        tables.xlsx(self.rows(), path)


def _outcome_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    return [{"id": o.id, "label": o.label, **_band_row(o)} for o in outcomes]


def _band_row(band: Band) -> Row:
    return {"mean": band.mean, "p10": band.p10, "p90": band.p90, "error": band.error}


@dataclass(frozen=True)
class Forecast(Answer):
    """Who, when, and the case's questions."""

    @property
    def title(self) -> str:
        """The case's title."""
        return str(self.json["case"]["title"])

    @property
    def now(self) -> date:
        """The day the forecast is made for."""
        return _date(self.json["now"])

    @property
    def until(self) -> date:
        """The day the forecast looks to."""
        return _date(self.json["until"])

    @property
    def variable(self) -> str:
        """The variable that the outcomes are values of."""
        return str(self.json["headline"]["variable"])

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes and their probabilities, in the case's order."""
        return tuple(Outcome.of(one) for one in self.json["headline"]["outcomes"])

    @property
    def when(self) -> When:
        """When the case is settled."""
        return When.of(self.json["when"])

    @property
    def questions(self) -> tuple[Question, ...]:
        """The case's questions, answered."""
        return tuple(Question.of(one) for one in self.json["questions"])

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Paths of the numbers that rest on neither a claim nor a fact."""
        return tuple(self.json["assumptions"])

    def probability(self, outcome: str) -> float:
        """The mean probability of an outcome by its id; 0 for one that cannot be."""
        return next((o.mean for o in self.outcomes if o.id == outcome), 0.0)

    def rows(self) -> dict[str, list[Row]]:
        """``outcomes``, ``months``, ``questions``, ``hypotheses``."""
        questions = [
            {"id": q.id, "kind": q.kind, "value": value, **_band_row(band)}
            for q in self.questions
            for value, band in ([("", q.band)] if q.band else [(v.id, v) for v in q.values])
            if band
        ]
        return {
            "outcomes": _outcome_rows(self.outcomes),
            "months": [{"until": m.until, "probability": m.probability} for m in self.when.by_month],
            "questions": questions,
            "hypotheses": list(self.json["hypotheses"]),
        }

    def chart(self) -> charts.Chart:
        """The outcomes as bars with the range of 80 % of draws."""
        return charts.bars(f"{self.title}: on {self.until}", self.outcomes)

    def _repr_html_(self) -> str:
        return self.chart().figure()


@dataclass(frozen=True)
class Option:
    """A plan of an actor, ``id`` and ``label``: the ``outcomes`` and ``when`` under it, what it brings its ``own`` actor and the
    ``others`` (pairs of actor and band: utils, difference from the unforced path), ``best_share`` (share of draws, 0-1, in which
    no other option is better), ``max_regret`` (utils)."""

    id: str
    label: str
    outcomes: tuple[Outcome, ...]
    when: When
    own: Band
    others: tuple[tuple[str, Band], ...]
    best_share: float
    max_regret: float

    @classmethod
    def of(cls, json: Json) -> Option:
        """From an entry of ``options``."""
        return Option(
            id=json["id"],
            label=json["label"],
            outcomes=tuple(Outcome.of(one) for one in json["outcomes"]),
            when=When.of(json["when"]),
            own=Band.of(json["own"]),
            others=tuple((one["actor"], Band.of(one)) for one in json["others"]),
            best_share=json["best_share"],
            max_regret=json["max_regret"],
        )


@dataclass(frozen=True)
class Options(Answer):
    """What an actor can do."""

    @property
    def actor(self) -> str:
        """Whose options."""
        return str(self.json["actor"])

    @property
    def options(self) -> tuple[Option, ...]:
        """A plan each."""
        return tuple(Option.of(one) for one in self.json["options"])

    def rows(self) -> dict[str, list[Row]]:
        """``options``, ``outcomes``, ``others``."""
        return {
            "options": [
                {"id": o.id, "label": o.label, **_band_row(o.own), "best_share": o.best_share, "max_regret": o.max_regret}
                for o in self.options
            ],
            "outcomes": [{"option": o.id, **row} for o in self.options for row in _outcome_rows(o.outcomes)],
            "others": [{"option": o.id, "actor": a, **_band_row(b)} for o in self.options for a, b in o.others],
        }

    def chart(self) -> charts.Chart:
        """Each option's own payoff against the unforced path, in utils."""
        return charts.dots(f"Options of {self.actor}: own payoff, utils", [(o.label, o.own) for o in self.options])

    def _repr_html_(self) -> str:
        return self.chart().figure()


@dataclass(frozen=True)
class Difference:
    """Changed minus base, of the probability of the outcome or question ``id``, over the same draws: ``mean`` (-1 to 1) and its
    Monte-Carlo ``error``."""

    id: str
    mean: float
    error: float


@dataclass(frozen=True)
class WhatIf(Answer):
    """The case as it is and changed."""

    @classmethod
    def of(cls, json: Json) -> Self:
        """From the object that the command line prints, which carries no head of its own."""
        return cls({**{key: json["base"][key] for key in ("formateur", "case") if key in json.get("base", {})}, **json})

    @property
    def base(self) -> Forecast:
        """As it is."""
        return Forecast.of(self.json["base"])

    @property
    def changed(self) -> Forecast:
        """As it would be."""
        return Forecast.of(self.json["changed"])

    @property
    def difference(self) -> tuple[Difference, ...]:
        """Outcomes, then questions."""
        return tuple(Difference(one["id"], one["mean"], one["error"]) for one in self.json["difference"])

    def rows(self) -> dict[str, list[Row]]:
        """``difference``, ``base``, ``changed``."""
        return {
            "difference": [{"id": d.id, "mean": d.mean, "error": d.error} for d in self.difference],
            "base": _outcome_rows(self.base.outcomes),
            "changed": _outcome_rows(self.changed.outcomes),
        }

    def chart(self) -> charts.Chart:
        """The differences with twice their error."""
        bands = [(d.id, Band(d.mean, d.mean - 2 * d.error, d.mean + 2 * d.error, d.error)) for d in self.difference]
        return charts.dots("Changed minus base, probability", bands)

    def _repr_html_(self) -> str:
        return self.chart().figure()


@dataclass(frozen=True)
class Step:
    """The forecast after an entry of the log: ``date``, ``entry`` in words (``None`` before the first and for the silence after the
    last), ``outcomes``, ``effective_draws`` (how many equally weighted draws tell as much), ``log_likelihood`` (natural logarithm of
    the probability of the log so far; ``None`` before it)."""

    date: date
    entry: str | None
    outcomes: tuple[Outcome, ...]
    effective_draws: float
    log_likelihood: float | None

    @classmethod
    def of(cls, json: Json) -> Step:
        """From an entry of ``steps``."""
        return Step(
            date=_date(json["date"]),
            entry=json["entry"],
            outcomes=tuple(Outcome.of(one) for one in json["outcomes"]),
            effective_draws=json["effective_draws"],
            log_likelihood=json["log_likelihood"],
        )


@dataclass(frozen=True)
class Update(Answer):
    """What the log changed."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """From the beginning to now."""
        return tuple(Step.of(one) for one in self.json["steps"])

    def rows(self) -> dict[str, list[Row]]:
        """``outcomes``: a row per step and outcome; ``steps``."""
        return {
            "outcomes": [
                {"step": k, "date": s.date, "entry": s.entry, **row}
                for k, s in enumerate(self.steps)
                for row in _outcome_rows(s.outcomes)
            ],
            "steps": [
                {"step": k, "date": s.date, "entry": s.entry, "effective_draws": s.effective_draws,
                 "log_likelihood": s.log_likelihood}
                for k, s in enumerate(self.steps)
            ],
        }

    def chart(self) -> charts.Chart:
        """Probabilities from step to step."""
        return charts.lines("The forecast after each entry", [s.outcomes for s in self.steps])

    def _repr_html_(self) -> str:
        return self.chart().figure()


@dataclass(frozen=True)
class Path:
    """A way things may go to the outcome, with its ``probability`` (0-1); ``steps`` are (date, who, did)."""

    probability: float
    steps: tuple[tuple[date, str, str], ...]


@dataclass(frozen=True)
class Swing:
    """``swing``: the outcome's probability if ``who`` surely takes ``move``, minus if surely not (-1 to 1)."""

    who: str
    move: str
    swing: float


@dataclass(frozen=True)
class Lever:
    """The outcome's probability ``without`` a ``lever`` (a move, an event), and the ``difference`` that makes."""

    lever: str
    without: float
    difference: float


@dataclass(frozen=True)
class Share:
    """What a number, or a table of numbers, at ``path`` explains of the outcome's variance: ``first_order`` and ``total`` Sobol
    index (0-1, up to their Monte-Carlo error) with the ``error`` of the latter, and ``low`` and ``high``, the outcome's probability
    with the number at its 5 and 95 % points; ``None`` for a table of numbers."""

    path: str
    first_order: float
    total: float
    error: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Why(Answer):
    """Why an outcome is as likely as it is."""

    @property
    def outcome(self) -> str:
        """The outcome explained."""
        return str(self.json["outcome"])

    @property
    def paths(self) -> tuple[Path, ...]:
        """The likeliest ways to it."""
        return tuple(
            Path(p["probability"], tuple((_date(s["date"]), s["who"], s["did"]) for s in p["steps"]))
            for p in self.json["paths"]
        )

    @property
    def swings(self) -> tuple[Swing, ...]:
        """What decisions would change."""
        return tuple(Swing(s["who"], s["move"], s["swing"]) for s in self.json["swings"])

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What removing a lever would change."""
        return tuple(Lever(x["lever"], x["without"], x["difference"]) for x in self.json["levers"])

    @property
    def sensitivity(self) -> tuple[Share, ...]:
        """What the uncertainty of each number, or table of numbers, contributes."""
        return tuple(
            Share(s["path"], s["first_order"], s["total"], s["error"], s.get("low"), s.get("high"))
            for s in self.json["sensitivity"]
        )

    def rows(self) -> dict[str, list[Row]]:
        """``sensitivity``, ``swings``, ``levers``, ``paths``."""
        return {
            "sensitivity": [vars(s) for s in self.sensitivity],
            "swings": [vars(s) for s in self.swings],
            "levers": [vars(x) for x in self.levers],
            "paths": [
                {"path": k, "probability": p.probability, "date": day, "who": who, "did": did}
                for k, p in enumerate(self.paths)
                for day, who, did in p.steps
            ],
        }

    def chart(self) -> charts.Chart:
        """A tornado: the outcome's probability with each number low and high."""
        return charts.tornado(f"Probability of {self.outcome}", [(s.path, s.low, s.high) for s in self.sensitivity])

    def _repr_html_(self) -> str:
        return self.chart().figure()


@dataclass(frozen=True)
class Check(Answer):
    """What was found in a case, ``diagnostics`` in the order of the files: nothing in it stops a run where ``ok``."""

    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the case can be run."""
        return all(found.severity != "error" for found in self.diagnostics)

    @property
    def size(self) -> Json:
        """``states``, ``edges_per_period``, ``periods``, ``actors``, ``bytes``, ``seconds_per_1000_draws``; empty where the
        case cannot be run."""
        return dict(self.json.get("size", {}))

    def rows(self) -> dict[str, list[Row]]:
        """``diagnostics``, ``irreversible``, ``sharpness``."""
        return {
            "diagnostics": [vars(found) for found in self.diagnostics],
            "irreversible": list(self.json.get("irreversible", [])),
            "sharpness": list(self.json.get("sharpness", [])),
        }


@dataclass(frozen=True)
class Power(Answer):
    """Who is pivotal. Exact counts and fractions are text in ``ballots``, as JSON has them."""

    @property
    def ballots(self) -> tuple[Json, ...]:
        """A kind of ballot each: ``id``, ``quota``, ``players``, minimal coalitions."""
        return tuple(self.json["ballots"])

    def rows(self) -> dict[str, list[Row]]:
        """``players``: ballot, id and what is counted of it."""
        keys = ("id", "weight", "swings", "banzhaf", "shapley_shubik", "decides")
        return {
            "players": [
                {"ballot": b["id"], **{key: player.get(key) for key in keys}}
                for b in self.ballots
                for player in b.get("players", [])
            ]
        }


@dataclass(frozen=True)
class Conflict(Answer):
    """Which outcomes of a conflict in options form are stable; the form of the answer is in ``docs/json``."""

    def rows(self) -> dict[str, list[Row]]:
        """Each list of objects in the answer."""
        return {name: found for name, found in self.json.items() if _is_rows(found)}


@dataclass(frozen=True)
class Coalitions(Answer):
    """Who could govern together, by what past governments teach."""

    @property
    def coalitions(self) -> tuple[Json, ...]:
        """Likeliest first: ``parties``, ``seats``, ``probability``, ``range``, ``kind``, ``prime_minister``."""
        return tuple(self.json["coalitions"])

    def rows(self) -> dict[str, list[Row]]:
        """``coalitions``."""
        return {
            "coalitions": [
                {**{k: v for k, v in one.items() if not isinstance(v, list)}, "parties": "+".join(one["parties"])}
                for one in self.coalitions
            ]
        }


@dataclass(frozen=True)
class Scores(Answer):
    """Forecasts set against what happened (``outcome.toml`` of their cases). Few cases tell little: look at the errors first."""

    @property
    def n(self) -> int:
        """How many forecasts were scored."""
        return int(self.json["n"])

    @property
    def brier(self) -> float | None:
        """Mean Brier score: 0 best, 2 worst; ``None`` where nothing was scored."""
        return None if self.json["brier"] is None else float(self.json["brier"])

    @property
    def log(self) -> float | None:
        """Mean of minus the natural logarithm of the probability given to what happened; ``None`` where nothing was scored."""
        return None if self.json["log"] is None else float(self.json["log"])

    @property
    def cases(self) -> tuple[Json, ...]:
        """A forecast each: ``id`` or ``case``, ``as_of``, ``outcome`` that happened, ``probability`` it was given, ``brier``."""
        found: list[Json] = self.json["cases"] if "cases" in self.json else self.json["forecasts"]
        return tuple(found)

    @property
    def against(self) -> tuple[Json, ...]:
        """``baseline``, ``brier_difference`` (below 0: better than the baseline) and its ``error``."""
        return tuple(self.json["against"])

    def rows(self) -> dict[str, list[Row]]:
        """``cases``, ``against``, ``calibration``."""
        return {"cases": list(self.cases), "against": list(self.against), "calibration": list(self.json["calibration"])}


def _is_rows(found: object) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(one, Mapping) for one in found)
