"""What `attain serve --demo` prints: the sign-ins, and what to do where no scores are there to be seen."""

from __future__ import annotations

from attain.cli.serve import _demo_sign_ins
from attain.server.demo import PASSWORD


def test_the_sign_ins_of_a_demo_say_what_to_do_where_nothing_is_published(db: None) -> None:
    lines = _demo_sign_ins("2026-11-24")
    assert PASSWORD in lines[0]
    assert any("partner@contoso.example" in line and "Partner admin" in line for line in lines)
    assert "attain refresh --store demo --as-of 2026-11-24" in lines[-2]
    assert lines[-1] == "Stop with Ctrl+C."
