"""How pages write days, months and negative numbers: as `attain.published.dates` does, which messages use as well."""

from __future__ import annotations

from attain.published.dates import MINUS, dated, day_words, month_label, month_words

__all__ = ["MINUS", "dated", "day_words", "month_label", "month_words"]
