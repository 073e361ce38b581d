"""docs/licenses.md lists every package that a server runs on with its license, and no other; each license is one that may be handed on."""

from __future__ import annotations

import re

import pytest

from tests.health.licenses_page import ALLOWED, PAGE, license_of, locked, page, parts_of
from tests.health.repository import texts


def test_the_page_is_fresh() -> None:
    assert texts()[PAGE] == page(), "run make readme"


def test_every_package_of_the_lock_is_listed_and_no_other() -> None:
    listed = re.findall(r"^\| ([\w.-]+) \| \S", texts()[PAGE], re.MULTILINE)
    assert listed == ["package", *locked()]
    assert len(listed) > 50


@pytest.mark.parametrize("package", locked())
def test_a_license_may_be_handed_on(package: str) -> None:
    assert parts_of(license_of(package))
    assert parts_of(license_of(package)) <= ALLOWED


def test_an_expression_is_read_part_by_part() -> None:
    assert parts_of("MIT AND (Apache-2.0 OR GPL-3.0-only)") == {"MIT", "Apache-2.0", "GPL-3.0-only"}
    assert not {"GPL-3.0-only", "LGPL-3.0-only", "AGPL-3.0-only"} & ALLOWED
