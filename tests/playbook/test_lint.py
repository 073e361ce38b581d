"""Every fault of a lesson is found, and told by file and line; each is shown to be found by spoiling a good lesson."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.playbook.lint import lint

GOOD = """\
---
module: 2
number: '2.7'
title: A lesson of our own
minutes: 3
designations: [security]
metric: [net_customer_adds]
roles: [learner]
sources: [security-2026-07#net-customer-adds]
---
## Start here
A customer counts in Azure if: {{ rule(".net_customer_adds.azure.qualifies_if") }}. See [performance](lesson:2.1), [rules](page:rules).

1. Look at the step 1 certificates, AZ-500 among them, and at Microsoft Entra ID P1.

![A picture](picture:overview)

```check
What do {{ example(3) }} customers earn?
- [=] {{ points(".net_customer_adds.azure", 3) }}
> Each earns {{ each(".net_customer_adds.azure") }}.
```

## Takeaways
- Microsoft 365 counts too.
"""


def faults(folder: Path, old: str = "", new: str = "") -> list[tuple[str, str]]:
    assert old in GOOD
    (folder / "own.md").write_text(GOOD.replace(old, new, 1) if old else GOOD, encoding="utf-8")
    return [(fault.code, fault.where) for fault in lint(folder)]


def test_a_good_lesson_has_none(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("---\nmodule", "module", "lesson-front-matter", "own.md:1"),
        ("module: 2", "module: 3", "lesson-front-matter", "own.md:3"),
        ("minutes: 3", "minutes: soon", "rulebook-type", "own.md:5"),
        ("title: A lesson of our own", "name: A lesson", "rulebook-missing-field", "own.md:2"),
        ("[security-2026-07#net-customer-adds]", "[security-2026-07#customers]", "lesson-source", "own.md:9"),
        ("[security]", "[safety]", "unknown-designation", "own.md:6"),
        ("See [performance]", "It needs 600 dollars. See [performance]", "typed-figure", "own.md:12"),
        ("See [performance]", "It takes ten new customers. See [performance]", "typed-figure", "own.md:12"),
        ("See [performance]", "{{ 600 }} dollars. See [performance]", "typed-figure", "own.md:12"),
        ("See [performance]", "{{ '600 USD' }} See [performance]", "typed-figure", "own.md:12"),
        ("See [performance]", "{{ mine('total', '70 points') }} See [performance]", "typed-figure", "own.md:12"),
        ("- Microsoft 365 counts too.", "- `70 points` it is.", "typed-figure", "own.md:25"),
        ("azure.qualifies_if", "azure.qualifies", "unknown-rule", "own.md:12"),
        ("azure.qualifies_if", "azure.active_share", "unknown-rule", "own.md:12"),
        (
            'rule(".net_customer_adds.azure.qualifies_if")',
            'rule(".intermediate_certifications.step-1.people")',
            "rule-not-in-force",
            "own.md:12",
        ),
        ("{{ rule(", "{{ rules(", "lesson-template", "own.md:12"),
        ("{{ rule(", "{{ rule(1, ", "lesson-template", "own.md:12"),
        ("{{ rule(", "{% rule(", "lesson-template", "own.md:12"),
        ("See [performance]", "{{ ''.__class__.__mro__ }} See [performance]", "lesson-template", "own.md:12"),
        ("lesson:2.1", "lesson:2.8", "lesson-link", "own.md:12"),
        ("page:rules", "page:rule", "lesson-link", "own.md:12"),
        ("page:rules", "http://example.com", "lesson-link", "own.md:12"),
        ("picture:overview", "picture:overviews", "lesson-picture", "own.md:16"),
        ("picture:overview", "https://example.com/a.png", "lesson-picture", "own.md:16"),
        ("![A picture]", "![]", "lesson-picture", "own.md:16"),
        ("> Each earns", "Each earns", "lesson-check", "own.md:18"),
        ("- [=] {{", "- [=] about {{", "lesson-check", "own.md:18"),
        ('- [=] {{ points(".net_customer_adds.azure", 3) }}', "- [x] yes\n- [x] no", "lesson-check", "own.md:18"),
        ('- [=] {{ points(".net_customer_adds.azure", 3) }}', "- [x] yes\n- [ ] yes", "lesson-check", "own.md:18"),
        ("## Start here", "## Begin here", "lesson-shape", "own.md"),
        ("## Takeaways", "## Start here", "lesson-shape", "own.md"),
        ("1. Look", "Look", "lesson-shape", "own.md"),
        ("```check", "```text", "lesson-shape", "own.md"),
    ],
)
def test_a_fault_is_found_where_it_is(tmp_path: Path, old: str, new: str, code: str, where: str) -> None:
    found = faults(tmp_path, old, new)
    assert any(one == code and at.startswith(where) for one, at in found), found


def test_two_lessons_of_one_number_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(GOOD, encoding="utf-8")
    assert [code for code, _ in faults(tmp_path)] == ["lesson-twice"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert [fault.code for fault in lint(tmp_path / "none")] == ["playbook-folder"]
