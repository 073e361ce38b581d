"""The people of tests about the server."""

from __future__ import annotations

import pytest

from tests.people.places import Places, make_places


@pytest.fixture
def places(db: None) -> Places:
    return make_places()
