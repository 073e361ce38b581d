"""What is refused beyond a form, said in the form: at its field where the refusal names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attain.web.dates import dated

if TYPE_CHECKING:
    from django.forms import Form

    from attain.errors import AttainError


def say_in_form(form: Form, error: AttainError) -> None:
    """Add a refusal to a form, in sentences with days as pages write them."""
    sentences = [dated(text[:1].upper() + text[1:]) for text in (error.message, error.hint) if text]
    form.add_error(error.where if error.where in form.fields else None, " ".join(f"{sentence.rstrip('.')}." for sentence in sentences))
