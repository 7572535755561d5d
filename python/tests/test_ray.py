"""A cluster of two nodes gives one machine's bytes, also when a worker is killed on the way."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import formateur

pytestmark = pytest.mark.slow
ROOT = Path(os.environ.get("FORMATEUR_ROOT", str(Path(__file__).resolve().parents[2])))
GERMANY = ROOT / "cases" / "germany-2025-chancellor"
VETO = ROOT / "cases" / "iraq-2026-veto"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_AUTH_MODE="token", RAY_AUTH_TOKEN="0123456789abcdef" * 4)
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    args = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
    nodes = Cluster(initialize_head=True, head_node_args=args)
    nodes.add_node(**args)
    ray.init(address=nodes.address, log_to_driver=False)
    session = Path(nodes.head_node.get_session_dir_path())
    yield nodes
    ray.shutdown()
    nodes.shutdown()
    shutil.rmtree(session, ignore_errors=True)


def children(of: int) -> list[int]:
    """Processes below one, by /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
    found, new = [], [of]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def test_a_killed_worker_changes_nothing(cluster: object, tmp_path: Path) -> None:
    from formateur import ray

    whole = formateur.run(VETO, draws=64)
    killed: list[int] = []

    def kill() -> None:
        end = time.monotonic() + 60
        while not killed and time.monotonic() < end:
            for child in children(os.getpid()):
                try:
                    title = Path(f"/proc/{child}/cmdline").read_bytes()
                except OSError:
                    continue
                if title.startswith(b"ray::_solve"):
                    os.kill(child, signal.SIGKILL)
                    killed.append(child)
                    return
            time.sleep(0.05)

    killing = threading.Thread(target=kill)
    killing.start()
    told: list[tuple[int, int]] = []
    forecast = ray.run(VETO, draws=64, shards=8, folder=tmp_path, progress=lambda n, of: told.append((n, of)))
    killing.join()
    assert killed, "no worker was met at work"
    assert forecast.json == whole.json
    assert told == [(n, 8) for n in range(1, 9)]
    # What is there is not solved again, and what was lost is.
    files = sorted(tmp_path.glob("*.shard"))
    before = {file: file.stat().st_mtime_ns for file in files[1:]}
    files[0].unlink()
    assert ray.run(VETO, draws=64, shards=8, folder=tmp_path).json == whole.json
    assert {file: file.stat().st_mtime_ns for file in files[1:]} == before


def test_sweeps_backtests_and_indices_are_those_of_one_machine(cluster: object) -> None:
    from formateur import ray

    case = formateur.load(GERMANY)
    swept = ray.sweep(case, {"sure": {"set": {"precision": 40}}, "unsure": {"set": {"precision": 2}}}, draws=40)
    assert swept["unsure"].json == case.whatif(set={"precision": 2}, draws=40).json
    assert swept["sure"].base.json == swept["unsure"].base.json
    tested = ray.backtest([case], draws=40)
    assert tested["germany-2025-chancellor", None].json == case.run(draws=40).json
    alone = formateur.backtest([case], draws=40)
    assert (tested.scores.n, tested.scores.brier, tested.scores.log) == (1, alone.brier, alone.log)
    assert tested.scores.against == tuple(row for row in alone.against if row["baseline"] != "largest list")
    why = ray.sobol(case, ["merz"], draws=40)
    assert why["merz"].json == case.why("merz", draws=40).json


def test_a_wrong_case_is_said_as_without_a_cluster(cluster: object) -> None:
    from formateur import ray

    with pytest.raises(formateur.CaseError):
        ray.run(formateur.Case.from_data({"formateur": 1, "title": 3}), draws=8, shards=1)
