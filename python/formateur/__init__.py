"""Who can govern, when, and what can each actor still do about it.

Load a case, ask it what the command line can be asked, with the arguments named as there::

    import formateur

    case = formateur.load("cases/iraq-2026-veto")
    forecast = case.run(draws=1000)
    forecast.outcomes[0].mean
    forecast.table()          # an Arrow table, where pyarrow is installed

The same seed gives the same answer as the command line, byte for byte, on any number of threads.

``__version__`` is the version of formateur that every answer carries; ``PARQUET`` says whether draws can be written as Parquet.
"""

from __future__ import annotations

from . import history
from ._call import PARQUET, __version__
from .answers import (
    Answer,
    Band,
    Check,
    Coalitions,
    Conflict,
    Diagnostic,
    Difference,
    Forecast,
    Lever,
    Month,
    Option,
    Options,
    Outcome,
    Path,
    Power,
    Question,
    Scores,
    Share,
    Step,
    Swing,
    Update,
    WhatIf,
    When,
    Why,
)
from .case import (
    Case,
    backtest,
    check,
    coalitions,
    conflict,
    load,
    new,
    options,
    power,
    run,
    update,
    whatif,
    why,
)
from .charts import Chart
from .errors import CaseError, FormateurError, InputOutputError, TooLargeError, UsageError
from .shards import merge, next_round, shard

__all__ = [
    "PARQUET",
    "Answer",
    "Band",
    "Case",
    "CaseError",
    "Chart",
    "Check",
    "Coalitions",
    "Conflict",
    "Diagnostic",
    "Difference",
    "Forecast",
    "FormateurError",
    "InputOutputError",
    "Lever",
    "Month",
    "Option",
    "Options",
    "Outcome",
    "Path",
    "Power",
    "Question",
    "Scores",
    "Share",
    "Step",
    "Swing",
    "TooLargeError",
    "Update",
    "UsageError",
    "WhatIf",
    "When",
    "Why",
    "__version__",
    "backtest",
    "check",
    "coalitions",
    "conflict",
    "history",
    "load",
    "merge",
    "new",
    "next_round",
    "options",
    "power",
    "run",
    "shard",
    "update",
    "whatif",
    "why",
]
