"""Runs, sweeps and backtests on a Ray cluster, with the same bytes as on one machine.

The same formateur must be installed on every node (``pip install`` the same wheel there); its version is checked before anything
is solved. Who reaches a Ray cluster can run code on it: a cluster that is started here has token authentication on, for others set
``RAY_AUTH_MODE=token`` and a token on every node. It does not encrypt: keep the cluster on a private network.

Tasks that are lost with their worker or node are solved again; what comes back is kept by its number, so that nothing counts
twice. Where a ``folder`` is named, finished pieces stay in it, and the same call after an interruption goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from . import answers
from ._call import PathLike, Progress, __version__, ask
from .case import Case, of
from .errors import FormateurError, UsageError
from .shards import merge, next_round, shard

__all__ = ["Backtest", "backtest", "connect", "run", "sobol", "sweep"]

Day = date | str

#: How often a task is tried again on another worker before the run is given up.
TRIES = 5


def connect(address: str | None = None) -> None:
    """Connects to a cluster, or starts one on this machine where there is no ``address`` (nor RAY_ADDRESS), with token
    authentication and without dashboard or usage reports. Where Ray is connected already, that cluster is taken.

    Raises :class:`FormateurError` where a node has another version of formateur, or none.
    """
    ray = _ray()
    if not ray.is_initialized():
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        address = address or os.environ.get("RAY_ADDRESS")
        if address is None:
            os.environ.setdefault("RAY_AUTH_MODE", "token")
            if "RAY_AUTH_TOKEN" not in os.environ and "RAY_AUTH_TOKEN_PATH" not in os.environ:
                os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
            ray.init(include_dashboard=False, log_to_driver=False)
        else:
            ray.init(address=address, log_to_driver=False)
    _same_version()


def run(
    case: Case | PathLike,
    *,
    draws: int = 1000,
    seed: int = 1,
    as_of: Day | None = None,
    shards: int | None = None,
    threads: int = 1,
    folder: PathLike | None = None,
    draws_out: PathLike | None = None,
    address: str | None = None,
    progress: Progress | None = None,
) -> answers.Forecast:
    """The forecast, its draws divided over the cluster: the same bytes as ``Case.run``.

    ``shards``: into how many parts; four per core unless said otherwise, so that a slow node holds up little. ``threads``: the
    cores of a task. ``progress``: called with finished and all shards.
    """
    case = of(case)
    connect(address)
    if shards is None:
        shards = max(1, min(4 * int(_ray().cluster_resources().get("CPU", 1)) // threads, -(-draws // 8)))
    with _Folder(folder) as place:
        finished: list[Path] = []
        # The first round is always there; what comes after it is known when it is done.
        number: int | None = 1
        while number is not None:
            key = _key(case, "run", draws, seed, as_of, number, shards)
            files = {part: place / f"{key}-{part}-of-{shards}.shard" for part in range(1, shards + 1)}
            before = _ray().put([file.read_bytes() for file in finished])
            given = {"draws": draws, "seed": seed, "as_of": as_of, "threads": threads}
            tasks = {part: (_solve, (case, part, shards, before, given)) for part in files}
            _all(tasks, files, threads, progress)
            finished += files.values()
            found = next_round(finished)
            number = None if found is None else found[0]
        return merge(finished, draws_out=draws_out)


def sweep(
    case: Case | PathLike,
    scenarios: Mapping[str, Mapping[str, Any]],
    *,
    draws: int = 1000,
    seed: int = 1,
    as_of: Day | None = None,
    threads: int = 1,
    folder: PathLike | None = None,
    address: str | None = None,
    progress: Progress | None = None,
) -> dict[str, answers.WhatIf]:
    """What each scenario changes: by its name, the arguments of ``Case.whatif`` (``set``, ``remove``, ``add``, ``rules``).

    All scenarios stand on the same draws, so that they can be compared with each other.
    """
    case = of(case)
    given = {"draws": draws, "seed": seed, "as_of": as_of, "threads": threads}
    calls = {name: (case, "whatif", {**scenario, **given}) for name, scenario in scenarios.items()}
    return {name: answers.WhatIf.of(found) for name, found in _ask(calls, threads, folder, address, progress).items()}


def backtest(
    cases: Iterable[Case | PathLike],
    *,
    as_of: Sequence[Day | None] = (None,),
    draws: int = 1000,
    seed: int = 1,
    threads: int = 1,
    folder: PathLike | None = None,
    address: str | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """The forecast of each case as of each day (``None``: the case's own), and how they did against what happened.

    A case without an ``outcome.toml`` is forecast and not scored; no forecast reads that file. The scores stand beside uniform
    and base-rate forecasts; the largest list's, which ``formateur.backtest`` adds, needs the chamber and is not among them.
    """
    loaded = [of(case) for case in cases]
    if len({case.id for case in loaded}) < len(loaded):
        raise UsageError("two of the cases have one id: cases are told apart by their folders' names")
    calls = {
        (case.id, None if day is None else str(day)): (
            case,
            "run",
            {"draws": draws, "seed": seed, "as_of": day, "threads": threads},
        )
        for case in loaded
        for day in as_of
    }
    found = _ask(calls, threads, folder, address, progress)
    return Backtest({name: answers.Forecast.of(one) for name, one in found.items()}, _score(loaded, found))


@dataclass(frozen=True)
class Backtest:
    """``forecasts`` by the case's id and the day (``None``: the case's own), and the ``scores`` of those whose end is known."""

    forecasts: dict[tuple[str, str | None], answers.Forecast]
    scores: answers.Scores

    def __getitem__(self, name: tuple[str, str | None]) -> answers.Forecast:
        return self.forecasts[name]


def _score(cases: Sequence[Case], forecasts: Mapping[Any, answers.Json]) -> answers.Scores:
    """Scores of forecasts as the command line gives them: they are put where `forecast record` would put them."""
    with tempfile.TemporaryDirectory(prefix="formateur-") as place:
        for number, forecast in enumerate(forecasts.values()):
            kept = {"id": f"{number:06}", "forecast": forecast, "log": [], "numbers": []}
            (Path(place) / f"{number:06}.json").write_text(json.dumps(kept), encoding="utf-8")
        known = [os.fspath(case.path) for case in cases if (case.path / "outcome.toml").is_file()]
        if not known:
            return answers.Scores.of({"n": 0, "brier": None, "log": None, "calibration": [], "against": [], "forecasts": []})
        return answers.Scores.of(ask(["forecast", "score", *known, "--store", place]))


def sobol(
    case: Case | PathLike,
    outcomes: Sequence[str],
    *,
    cells: bool = False,
    draws: int = 1000,
    seed: int = 1,
    as_of: Day | None = None,
    threads: int = 1,
    folder: PathLike | None = None,
    address: str | None = None,
    progress: Progress | None = None,
) -> dict[str, answers.Why]:
    """Why each outcome is as likely as it is, Sobol indices included: an outcome per task."""
    case = of(case)
    given = {"cells": cells, "draws": draws, "seed": seed, "as_of": as_of, "threads": threads}
    calls = {outcome: (case, "why", {"outcome": outcome, **given}) for outcome in outcomes}
    return {name: answers.Why.of(found) for name, found in _ask(calls, threads, folder, address, progress).items()}


def _ask(
    calls: Mapping[Any, tuple[Case, str, dict[str, Any]]],
    threads: int,
    folder: PathLike | None,
    address: str | None,
    progress: Progress | None,
) -> dict[Any, answers.Json]:
    connect(address)
    with _Folder(folder) as place:
        files = {name: place / f"{_key(case, what, given)}.json" for name, (case, what, given) in calls.items()}
        _all({name: (_question, call) for name, call in calls.items()}, files, threads, progress)
        return {name: json.loads(file.read_bytes()) for name, file in files.items()}


def _solve(case: Case, part: int, parts: int, before: Sequence[bytes], given: dict[str, Any]) -> bytes:
    """On a worker: a part of a run, as the bytes of its file."""
    with tempfile.TemporaryDirectory(prefix="formateur-") as name:
        folder = Path(name)
        after = [folder / f"before-{number}.shard" for number in range(len(before))]
        for file, content in zip(after, before, strict=True):
            file.write_bytes(content)
        shard(case, part, parts, folder / "out.shard", after=after, **given)
        return (folder / "out.shard").read_bytes()


def _question(case: Case, what: str, given: dict[str, Any]) -> bytes:
    """On a worker: a whole answer, as JSON."""
    answer: answers.Answer = getattr(case, what)(**given)
    return json.dumps(answer.json).encode()


def _all(
    tasks: Mapping[Any, tuple[Callable[..., bytes], tuple[Any, ...]]],
    files: Mapping[Any, Path],
    threads: int,
    progress: Progress | None,
) -> None:
    """Runs every task whose file is not there yet; a file is there when it is whole."""
    ray = _ray()
    remote: dict[Callable[..., bytes], Any] = {}
    under_way: dict[Any, Any] = {}
    tried: dict[Any, int] = {}

    def begin(name: Any) -> None:
        function, args = tasks[name]
        if function not in remote:
            remote[function] = ray.remote(num_cpus=threads, max_retries=0)(function)
        tried[name] = tried.get(name, 0) + 1
        under_way[remote[function].options(scheduling_strategy="SPREAD").remote(*args)] = name

    waiting = [name for name in tasks if not files[name].exists()]
    done = len(tasks) - len(waiting)
    # No more under way than can run soon: a cluster of a thousand cores is not asked to hold a million tasks.
    room = 2 * max(1, int(ray.cluster_resources().get("CPU", 1)) // threads)
    try:
        while waiting or under_way:
            while waiting and len(under_way) < room:
                begin(waiting.pop(0))
            ready, _ = ray.wait(list(under_way), num_returns=1)
            name = under_way.pop(ready[0])
            try:
                found = ray.get(ready[0])
            except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.ObjectLostError):
                if tried[name] > TRIES:
                    raise
                waiting.insert(0, name)
                continue
            except ray.exceptions.RayTaskError as error:
                # What the case got wrong is said as it is said without a cluster.
                cause = error.cause if isinstance(error.cause, FormateurError) else error
                raise cause from None
            _keep(files[name], found)
            done += 1
            if progress is not None:
                progress(done, len(tasks))
    finally:
        for reference in under_way:
            ray.cancel(reference, force=True)


def _keep(file: Path, content: bytes) -> None:
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(file)


def _key(case: Case, *what: object) -> str:
    """A name for what a piece is of: another case, question, seed or version has another."""
    said = json.dumps([__version__, case.id, case.files(), what], default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


class _Folder:
    """Where pieces are kept: the folder named, or one that goes when they are put together."""

    def __init__(self, path: PathLike | None) -> None:
        self.own = None if path is not None else tempfile.TemporaryDirectory(prefix="formateur-")
        self.path = Path(path if path is not None else self.own.name if self.own else "")

    def __enter__(self) -> Path:
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path

    def __exit__(self, *raised: object) -> None:
        if self.own:
            self.own.cleanup()


def _version() -> str:
    return __version__


def _same_version() -> None:
    ray = _ray()
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    ask = ray.remote(num_cpus=0, max_retries=0)(_version)
    nodes = [node for node in ray.nodes() if node["Alive"]]
    asked = {
        node["NodeID"]: ask.options(
            scheduling_strategy=NodeAffinitySchedulingStrategy(node_id=node["NodeID"], soft=False)
        ).remote()
        for node in nodes
    }
    wrong: list[str] = []
    for node in nodes:
        try:
            found = ray.get(asked[node["NodeID"]])
        except ray.exceptions.RayError as error:
            found = f"none ({type(error).__name__})"
        if found != __version__:
            wrong.append(f"{node['NodeManagerAddress']}: {found}")
    if wrong:
        raise FormateurError(f"every node needs formateur {__version__}; there is {'; '.join(wrong)}")


def _ray() -> Any:
    try:
        import ray
    except ImportError as missing:
        raise ImportError("clusters need Ray: pip install formateur[ray]") from missing
    return ray
