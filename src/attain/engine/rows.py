"""The frame that passes between operators."""

from __future__ import annotations

from typing import Any, TypeAlias

import narwhals as nw

Rows: TypeAlias = nw.LazyFrame[Any]
"""Rows of facts, not read yet: a Narwhals lazy frame over Polars or Spark."""
