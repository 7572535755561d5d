"""Rows as Arrow, CSV and workbooks."""

from __future__ import annotations

import csv as _csv
import json as _json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

Rows = dict[str, list[dict[str, Any]]]


def pick(all: Rows, name: str | None) -> list[dict[str, Any]]:
    """The table of this name, or the first."""
    if not all:
        raise KeyError("this answer has no tables")
    if name is None:
        name = next(iter(all))
    if name not in all:
        raise KeyError(f"there is no table {name!r}; there are {', '.join(all)}")
    return all[name]


def arrow(all: Rows, name: str | None, about: dict[str, Any]) -> pyarrow.Table:
    """A table as Arrow, with what the answer was made of in its metadata."""
    try:
        import pyarrow
    except ImportError as missing:
        raise ImportError("tables need pyarrow: pip install formateur[arrow]") from missing
    rows = [flat(row) for row in pick(all, name)]
    metadata = {"formateur": _json.dumps({key: about[key] for key in ("formateur", "case", "now") if key in about})}
    return pyarrow.Table.from_pylist(rows).replace_schema_metadata(metadata)


def csv(all: Rows, name: str | None, path: str | os.PathLike[str]) -> None:
    """Writes a table as CSV with a header."""
    rows = [flat(row) for row in pick(all, name)]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = _csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)


def xlsx(all: Rows, path: str | os.PathLike[str]) -> None:
    """Writes all tables as sheets of a workbook."""
    try:
        from openpyxl import Workbook
    except ImportError as missing:
        raise ImportError("workbooks need openpyxl: pip install formateur[xlsx]") from missing
    book = Workbook(write_only=True)
    for name, rows in all.items():
        sheet = book.create_sheet(name[:31])
        if rows:
            sheet.append(list(rows[0]))
        for row in rows:
            sheet.append([cell if not isinstance(cell, str) else text(cell) for cell in flat(row).values()])
    book.save(path)


def text(cell: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return "'" + cell if cell[:1] in "=+-@" else cell


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose lists and objects are JSON text."""
    return {key: _json.dumps(v) if isinstance(v, (list, dict, tuple)) else v for key, v in row.items()}
