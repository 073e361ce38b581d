"""What an endpoint needs: the same accesses, checked by the same code, as a page (`attain.people.access`)."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ninja.decorators import decorate_view

from attain.api.parameters import check_parameters
from attain.api.sign_in import SIGN_INS
from attain.api.throttling import count_call
from attain.people.access import DECLARED, NoRole, check
from attain.people.fitting import refuse_address
from attain.people.models import TokenScope
from attain.people.partner_part import of_part
from attain.people.principal import ANYBODY

if TYPE_CHECKING:
    from collections.abc import Callable

    from attain.people.roles import Access

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(eq=False)
class NoScope(NoRole):
    """The token does not have the scope that the call needs beside the role."""

    scope: TokenScope

    def __str__(self) -> str:
        return f"The token needs the scope {self.scope.value}."


def endpoint_needs(access: Access, scope: TokenScope | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what an endpoint needs; put it below the router's decorator. What was granted is `request.granted`.

    `scope` is what a token needs beside what the access asks for.

    Asked for the path's `partner_id` (written as in the address of a page) or `organization`, as `needs` does for pages, before anything
    else of the request is read; then parameters that the operation does not have are refused. The annotations of the endpoint are read at
    run time: import their types outside `TYPE_CHECKING`.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def declared(*args: P.args, **kwargs: P.kwargs) -> R:
            return view(*args, **kwargs)

        vars(declared)["__signature__"] = inspect.signature(view, eval_str=True)
        setattr(declared, DECLARED, access)
        return decorate_view(_gate(access, scope))(declared)

    return declare


def _gate(access: Access, scope: TokenScope | None) -> Callable[[Any], Any]:
    """Let an operation run for who may call it, and answer others."""

    def around(run: Any) -> Any:
        operation = run.__self__

        @wraps(run)
        def gated(request: Any, **parts: Any) -> Any:
            try:
                found = (sign_in(request) for sign_in in SIGN_INS)
                request.auth = next((principal for principal in found if principal is not None), ANYBODY)
                if request.auth.signed_in:
                    count_call(request.auth.actor)
                    refuse_address(request)
                if scope is not None and request.auth.scopes is not None and scope not in request.auth.scopes:
                    raise NoScope(access, scope)
                if "partner_id" in parts:
                    parts["partner_id"] = of_part(parts["partner_id"])
                partner_id, organization = str(parts.get("partner_id", "")), str(parts.get("organization", ""))
                request.granted = check(request.auth, access, partner_id=partner_id, organization=organization)
                check_parameters(operation, request)
            except Exception as error:
                return operation.api.on_exception(request, error)
            return run(request, **parts)

        return gated

    return around
