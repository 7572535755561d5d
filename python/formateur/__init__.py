"""Who can govern, when, and what can each actor still do about it.

Load a case, ask it what the command line can be asked, with the arguments named as there::

    import formateur

    case = formateur.load("cases/iraq-2026-veto")
    forecast = case.run(draws=1000)
    forecast.outcomes[0].mean
    forecast.table()          # an Arrow table, where pyarrow is installed

The same seed gives the same answer as the command line, byte for byte, on any number of threads.
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
    check,
    coalitions,
    conflict,
    load,
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
    "check",
    "coalitions",
    "conflict",
    "history",
    "load",
    "merge",
    "next_round",
    "options",
    "power",
    "run",
    "shard",
    "update",
    "whatif",
    "why",
]
