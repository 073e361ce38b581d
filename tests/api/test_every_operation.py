"""Schemathesis over the whole description, as each role and as nobody: answers are as described, and no call makes the server fail.

Calls are made from the description: right ones and wrong ones, of a partner and an organization that are there and of others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from attain.api.root import api
from attain.people.models import TokenScope
from attain.people.roles import Role
from attain.published.models import Publication
from tests.api.calling import Caller
from tests.people.places import OTHER, OWN, Places

DESCRIPTION: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
FOUND: list[Any] = list(SCHEMA.get_all_operations())
OPERATIONS: dict[str, Any] = {f"{one.ok().method.upper()} {one.ok().path}": one.ok() for one in FOUND}
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EVERY = (TokenScope.READ, TokenScope.IMPORT, TokenScope.PLAN, TokenScope.PEOPLE)
RIGHT, WRONG = 3, 2
"""How many calls are made of each operation and role: those that fit the description, and those that do not."""
KNOWN: dict[str, list[Any]] = {
    "partner_id": [OWN, OWN, OWN, OTHER, "0"],
    "organization": ["contoso", "contoso", "wide-world", "fabrikam", "none"],
    "designation": ["security", "security", "nonsense"],
    "metric": ["net_customer_adds", "nonsense"],
}
"""Values of path parameters of which some are there."""
NOBODY = "nobody"
GENERATION = ((schemathesis.GenerationMode.POSITIVE, RIGHT), (schemathesis.GenerationMode.NEGATIVE, WRONG))


@pytest.fixture(scope="module")
def application() -> Iterator[Callable[..., Any]]:
    """Give the application, which closes what a call opened as a server does at its end.

    The connection stays, as with Django's own client: it is in the transaction of the test, and that one is no server's to close.
    """
    application = get_wsgi_application()
    request_signals = (request_started, request_finished)

    def closing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    for signal in request_signals:
        signal.disconnect(close_old_connections)
    yield closing
    for signal in request_signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("role", [*Role, NOBODY])
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_answers_as_it_is_described(
    name: str, role: Role | str, application: Callable[..., Any], served: Publication, places: Places
) -> None:
    operation = OPERATIONS[name]
    headers = {"Accept-Encoding": "identity"} | ({} if role == NOBODY else Caller(places, Role(role), EVERY).headers())
    for mode, most in GENERATION:

        @settings(
            max_examples=most,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
        )
        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        def run(case: Any, data: st.DataObject) -> None:
            for parameter, values in KNOWN.items():
                if parameter in (case.path_parameters or {}):
                    case.path_parameters[parameter] = data.draw(st.sampled_from(values), label=parameter)
            answer = case.call(headers=headers, app=application)
            case.validate_response(answer, checks=CHECKS)
            if role == NOBODY:
                assert answer.status_code == 401

        run()
