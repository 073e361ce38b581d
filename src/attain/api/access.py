"""What an endpoint needs: the same accesses, checked by the same code, as a page (`attain.people.access`)."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from attain.people.access import DECLARED, check
from attain.people.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from attain.people.roles import Access

P = ParamSpec("P")
R = TypeVar("R")


def endpoint_needs(access: Access) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what an endpoint needs; put it below the router's decorator. What was granted is `request.granted`.

    Asked for the path's `partner_id` or `organization`, as `needs` does for pages. The annotations of the endpoint are read at run time:
    import their types outside `TYPE_CHECKING`.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            request: Any = args[0]
            asker = request.auth if isinstance(getattr(request, "auth", None), Principal) else Principal(user=None)
            partner_id, organization = str(kwargs.get("partner_id", "")), str(kwargs.get("organization", ""))
            request.granted = check(asker, access, partner_id=partner_id, organization=organization)
            return view(*args, **kwargs)

        vars(checked)["__signature__"] = inspect.signature(view, eval_str=True)
        setattr(checked, DECLARED, access)
        return checked

    return declare
