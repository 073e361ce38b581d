"""How pages write days and months: as `attain.published.dates` does, which messages use as well."""

from __future__ import annotations

from attain.published.dates import dated, day_words, month_label, month_words

__all__ = ["dated", "day_words", "month_label", "month_words"]
