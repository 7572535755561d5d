"""Python answers are the command line's, errors have places, Ctrl-C stops a run."""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import pickle
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

import formateur

ROOT = Path(os.environ.get("FORMATEUR_ROOT", str(Path(__file__).resolve().parents[2])))
GERMANY = ROOT / "cases" / "germany-2025-chancellor"
VETO = ROOT / "cases" / "iraq-2026-veto"


def command_line() -> str:
    """The program: named by FORMATEUR, or built in this repository."""
    found = os.environ.get("FORMATEUR", str(ROOT / "target" / "release" / "formateur"))
    if not Path(found).exists():
        pytest.skip(f"no command line at {found}: cargo build --release -p formateur")
    return found


def said(*args: object) -> dict[str, object]:
    output = subprocess.run([command_line(), *map(str, args), "--json"], capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(output.stdout)
    return answer


SMALL = {"draws": 30, "seed": 7}
FLAGS = ("--draws", 30, "--seed", 7)


@pytest.mark.parametrize(
    ("command", "extra", "asked"),
    [
        ("run", (), lambda case: case.run(**SMALL, threads=1)),
        ("update", (), lambda case: case.update(**SMALL)),
        ("why", ("--outcome", "merz"), lambda case: case.why("merz", **SMALL)),
        ("whatif", ("--set", "precision=20"), lambda case: case.whatif(set={"precision": 20}, **SMALL)),
        ("power", (), lambda case: case.power(**SMALL)),
    ],
)
def test_answers_are_those_of_the_command_line(command: str, extra: tuple[str, ...], asked) -> None:
    line = said(command, GERMANY, *extra, *FLAGS)
    answer = asked(formateur.load(GERMANY))
    expected = type(answer).of(line).json
    assert answer.json == expected


def test_options_are_those_of_the_command_line() -> None:
    line = said("options", VETO, "--actor", "framework", "--draws", 8)
    answer = formateur.options(VETO, "framework", draws=8)
    assert answer.json == line
    assert {o.id for o in answer.options} >= {"insist", "yield", "stall"}


def test_coalitions_and_check_are_those_of_the_command_line() -> None:
    case = formateur.load(GERMANY)
    assert case.coalitions().json == said("coalitions", GERMANY)
    checked, line = case.check(), said("check", GERMANY)
    # What solving takes is measured afresh each time.
    for answer in (checked.json, line):
        answer["size"].pop("seconds_per_1000_draws")
    assert checked.json == line
    assert checked.ok


def test_dataclasses_hold_what_the_json_says() -> None:
    forecast = formateur.run(GERMANY, draws=50)
    assert sum(o.mean for o in forecast.outcomes) == pytest.approx(1, abs=1e-9)
    assert forecast.probability("merz") == next(o.mean for o in forecast.outcomes if o.id == "merz")
    assert forecast.seed == 1
    assert forecast.when.by_month[-1].until < forecast.until
    html = forecast._repr_html_()
    assert html.count("<rect") == len(forecast.outcomes)
    assert 'role="img"' in html


def test_tables_are_arrow_and_files(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    forecast = formateur.run(GERMANY, draws=20)
    table = forecast.table()
    assert table.column("id").to_pylist() == [o.id for o in forecast.outcomes]
    assert json.loads(table.schema.metadata[b"formateur"])["formateur"]["seed"] == 1
    stream = pyarrow.RecordBatchReader.from_stream(forecast).read_all()
    assert stream.column("mean").to_pylist() == [o.mean for o in forecast.outcomes]
    forecast.to_csv(tmp_path / "outcomes.csv")
    assert (tmp_path / "outcomes.csv").read_text().splitlines()[0] == "id,label,mean,p10,p90,error"
    with pytest.raises(KeyError, match="there is no table 'x'; there are outcomes"):
        forecast.table("x")


def test_workbooks(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    formateur.run(GERMANY, draws=20).to_xlsx(tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames[:2] == ["outcomes", "months"]


def test_draws_as_rows(tmp_path: Path) -> None:
    file = tmp_path / "draws.csv"
    forecast = formateur.run(GERMANY, draws=40, draws_out=file)
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    names = lines[0].split(",")
    column, weight = names.index("outcome.merz"), names.index("weight")
    cells = [line.split(",") for line in lines[1:]]
    assert len(cells) == 40
    mean = sum(float(row[weight]) * float(row[column]) for row in cells)
    assert mean == pytest.approx(forecast.probability("merz"), abs=1e-12)


def test_draws_as_parquet_are_read_by_others(tmp_path: Path) -> None:
    file = tmp_path / "draws.parquet"
    forecast = formateur.run(GERMANY, draws=40, draws_out=file)
    means = []
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(file)
    assert table.schema.metadata[b"formateur.case"] == b"germany-2025-chancellor"
    means.append(sum(w * p for w, p in zip(table["weight"].to_pylist(), table["outcome.merz"].to_pylist())))
    for name, read in {
        "polars": lambda m: m.read_parquet(file).select((m.col("weight") * m.col("outcome.merz")).sum()).item(),
        "pandas": lambda m: m.read_parquet(file).eval("weight * `outcome.merz`").sum(),
        "duckdb": lambda m: m.sql(f"select sum(weight * \"outcome.merz\") from '{file}'").fetchall()[0][0],
    }.items():
        means.append(read(pytest.importorskip(name)))
    assert means == pytest.approx([forecast.probability("merz")] * len(means), abs=1e-12)


def test_a_case_from_data_and_its_errors() -> None:
    text = (GERMANY / "case.toml").read_text()
    case = formateur.Case.from_data(text, id=GERMANY.name, claims=(GERMANY / "claims.toml").read_text())
    assert case.run(**SMALL).outcomes == formateur.run(GERMANY, **SMALL).outcomes
    with pytest.raises(formateur.CaseError) as caught:
        formateur.Case.from_data({"formateur": 1, "title": 3}, id="mine").run()
    found = caught.value.diagnostics[0]
    assert found.file == "mine/case.toml"
    assert found.line is not None and found.column is not None
    assert any(d.code == "wrong-type" for d in caught.value.diagnostics)


def test_other_mistakes_are_exceptions_too() -> None:
    with pytest.raises(formateur.InputOutputError):
        formateur.load(ROOT / "nowhere")
    with pytest.raises(formateur.CaseError, match="nobody"):
        formateur.options(GERMANY, "nobody", draws=8)
    with pytest.raises(formateur.UsageError):
        formateur.run(GERMANY, as_of="1900-01-01", draws=8)
    with pytest.raises(formateur.UsageError):
        formateur.run(GERMANY, draws=0)
    with pytest.raises(formateur.UsageError):
        formateur.run(GERMANY, threads=0)


def test_power_of_weights() -> None:
    power = formateur.power(weights={"a": 3, "b": 2, "c": 2}, quota=4)
    assert [player["swings"] for player in power.ballots[0]["players"]] == ["2", "2", "2"]


def test_a_case_travels() -> None:
    case = pickle.loads(pickle.dumps(formateur.load(GERMANY)))
    assert case.run(**SMALL).json == formateur.run(GERMANY, **SMALL).json


def test_parts_are_the_run_whatever_their_number(tmp_path: Path) -> None:
    whole = formateur.run(VETO, draws=20)
    for parts in (1, 3):
        files = [tmp_path / f"{part}-of-{parts}.shard" for part in range(1, parts + 1)]
        for part, file in enumerate(files, 1):
            formateur.shard(VETO, part, parts, file, draws=20)
        assert formateur.next_round(files) is None
        assert formateur.merge(files).json == whole.json
    with pytest.raises(formateur.CaseError, match="missing: 2"):
        formateur.merge([files[0], files[2]])
    with pytest.raises(formateur.CaseError, match="twice"):
        formateur.merge([*files, files[1]])
    damaged = tmp_path / "damaged.shard"
    damaged.write_bytes(files[0].read_bytes()[:-40] + files[0].read_bytes()[-39:])
    with pytest.raises(formateur.CaseError, match="damaged"):
        formateur.merge([damaged, *files[1:]])


def test_parts_are_the_run_in_every_round(tmp_path: Path) -> None:
    rare = ROOT / "crates" / "formateur" / "tests" / "door" / "rare"
    whole = formateur.run(rare, draws=200)
    rounds: list[tuple[int, int]] = []
    files: list[Path] = []
    found: tuple[int, int] | None = (1, 48)
    while found is not None:
        rounds.append(found)
        new = [tmp_path / f"{found[0]}-{part}.shard" for part in (1, 2)]
        for part, file in enumerate(new, 1):
            formateur.shard(rare, part, 2, file, draws=200, after=files)
        files += new
        found = formateur.next_round(files)
    assert rounds == [(1, 48), (2, 48), (3, 48), (4, 56), (5, 200)], "a log that leaves few draws, and an actor who errs"
    assert formateur.merge(files).json == whole.json


def test_threads_go_on_while_a_run_is_under_way_and_it_is_told() -> None:
    told: list[tuple[int, int]] = []
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.wait(0.01):
            ticks += 1

    ticking = threading.Thread(target=tick)
    ticking.start()
    formateur.run(VETO, draws=40, threads=1, progress=lambda n, of: told.append((n, of)))
    done.set()
    ticking.join()
    assert ticks > 10
    assert told and told[-1][1] == 40 and told == sorted(told)


def test_interrupts_stop_a_run() -> None:
    threading.Timer(0.6, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        formateur.run(VETO, draws=4_000)
    taken = time.monotonic() - begun
    print(f"heard {taken - 0.6:.2f} s after the signal")
    assert taken < 1.6
    # What was being solved is finished in the background and holds nobody up for long.
    assert formateur.run(GERMANY, draws=10).outcomes


def test_a_stopped_run_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "draws.csv"
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        formateur.run(VETO, draws=400, draws_out=file)
    time.sleep(3)
    assert not file.exists()


def test_what_a_listener_raises_comes_out() -> None:
    def heard(done: int, of: int) -> None:
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        formateur.run(VETO, draws=4_000, progress=heard)


def test_every_public_name_says_what_it_means() -> None:
    from formateur import ray

    for module in (formateur, ray, formateur.history):
        assert module.__doc__
        for name in getattr(module, "__all__", ["fit", "score"]):
            found = getattr(module, name)
            if isinstance(found, (str, bool)) or inspect.ismodule(found):
                continue
            assert found.__doc__ and len(found.__doc__) > 20, name
            if not inspect.isclass(found):
                continue
            for field in dataclasses.fields(found) if dataclasses.is_dataclass(found) else ():
                told = " ".join(base.__doc__ or "" for base in found.__mro__)
                assert f"``{field.name}``" in told, f"{name}.{field.name}"
            for member, value in vars(found).items():
                if member.startswith("_") or not (callable(value) or isinstance(value, (property, classmethod))):
                    continue
                assert inspect.getdoc(getattr(found, member)), f"{name}.{member}"


def test_backtests_are_those_of_the_command_line() -> None:
    scores = formateur.backtest([GERMANY], draws=30, seed=7)
    assert scores.json == said("backtest", GERMANY, *FLAGS)
    assert scores.n == 1 and scores.brier is not None
    assert scores.table("against").num_rows == 3


def test_a_new_case_runs(tmp_path: Path) -> None:
    case = formateur.new(tmp_path / "mine")
    assert case.run(draws=8).outcomes
    with pytest.raises(formateur.InputOutputError):
        formateur.new(tmp_path / "mine")
    assert formateur.new(tmp_path / "ladder", template="escalation").check().ok
