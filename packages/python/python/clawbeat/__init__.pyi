import datetime
import os
from typing import Any, Protocol

import pyarrow as pa

__version__: str

class ArrowArray(Protocol):
    """A record batch of any library, such as pyarrow.RecordBatch, by the PyCapsule interface of Arrow."""
    def __arrow_c_array__(self, requested_schema: object | None = ...) -> tuple[object, object]: ...

class ArrowStream(Protocol):
    """A table or a stream of batches, such as pyarrow.Table."""
    def __arrow_c_stream__(self, requested_schema: object | None = ...) -> object: ...

def report_many(
    batch: ArrowArray | ArrowStream,
    *,
    month: datetime.date | str,
    openclaw_version: str | None = None,
    workload: str = "typical",
    prices: str | os.PathLike[str] | None = None,
) -> pa.RecordBatch:
    """A row for each row of ``batch``, in its order: what a month costs, what the plan would save, and what is found.

    ``batch`` has a column ``text`` (JSON5, JSON or YAML) or ``config`` (JSON), and where there are any ``id``, ``format``,
    ``release`` and ``workload``, as a line of ``clawbeat fleet -`` has them. The column ``line`` is the line that
    ``clawbeat fleet - --no-env --no-config`` prints; the others hold its parts, amounts as decimal128(38, 12). A config that
    cannot be read is a row with ``error``, and never an exception. The GIL is not held meanwhile.

    Raises ``ValueError`` for a batch without configs, and for what is no month, release, workload or prices file.
    """

def lint_many(
    batch: ArrowArray | ArrowStream,
    *,
    month: datetime.date | str,
    openclaw_version: str | None = None,
    workload: str = "typical",
    prices: str | os.PathLike[str] | None = None,
) -> pa.RecordBatch:
    """The same rows with findings and no costs, as ``clawbeat fleet - --lint`` prints them.

    ``month`` is the month for which rules state what a finding costs.
    """
