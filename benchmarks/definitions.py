"""Definitions that the programs share with dbt_project.yml, for the generator's data."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
# The generator's last complete day is 2025-06-29.
DAY_ENDS = "2025-06-30"
SESSION_GAP = timedelta(minutes=30)
MAX_SESSION_DAYS = 3
MAX_SESSION_EVENTS = 1000
