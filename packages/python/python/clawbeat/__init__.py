"""What OpenClaw heartbeats cost, over Arrow data."""

from ._clawbeat import __version__, lint_many, report_many

__all__ = ["__version__", "lint_many", "report_many"]
