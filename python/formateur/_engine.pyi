"""The compiled engine: one function that runs a command line in this process."""

from collections.abc import Callable, Sequence

__version__: str
PARQUET: bool

def command(
    args: Sequence[str],
    threads: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[int, str, str]: ...
