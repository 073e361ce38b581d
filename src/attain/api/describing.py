"""The description of the interface (OpenAPI): its areas, and of every operation its problems, files, tags and examples."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from attain.api.downloads import DOWNLOADS, TYPES, Format
from attain.api.examples import Described, example_of
from attain.api.problems import CONTENT_TYPE, Problem
from attain.api.working import AGAIN, LONGEST, WORKED_OUT

AREAS = {
    "Account": "Who calls, and what it may see.",
    "Partners": "Partners, their designations and metrics as they are published, the rows behind each number, and history.",
    "Insights": "Customers, people and certificates against the conditions, and what is counted month by month.",
    "Advice": "Near misses, seats, what one loss breaks, and what to do first.",
    "Associations": "Which associations cover what customers use, what missing ones would add, and the register of CPOR claims.",
    "Forecast": "Scores to come.",
    "Simulation": "Changes played through the same score, and saved scenarios.",
    "Cheapest path": "The actions of least cost that reach a target.",
    "Computed": "Scores, statuses, differences and comparisons of any day.",
    "Records": "Purchases, and Microsoft's numbers.",
    "Alerts": "What was noticed, the rules that look out, the channels that tell, and every delivery.",
    "Evidence": "Cases, and the evidence packs made for them.",
    "Imports": "Files posted, loads, rows set aside, and how fresh the facts are.",
    "Portfolio": "A distributor's resellers: their totals, prospects, call list, notes and segments.",
    "Consents": "What a reseller lets its distributor see.",
    "Rules": "The rulebook, each figure with its source.",
    "Playbook": "The course, and one's progress.",
    "Organizations": "Members, invitations, tokens and the audit log of an organization.",
}
"""The areas by the name of their tag, in the order in which they are described."""
_PROBLEMS: dict[HTTPStatus, tuple[str, str, str]] = {
    HTTPStatus.BAD_REQUEST: ("cursor", "the cursor was not made by this server for this list", "take `next` of the page before"),
    HTTPStatus.UNAUTHORIZED: ("not-signed-in", "Nobody is signed in, or the token is not good.", "send a token"),
    HTTPStatus.FORBIDDEN: ("no-role", "Planning needs the role Global admin or Partner admin.", "a Global admin gives roles"),
    HTTPStatus.NOT_FOUND: ("unknown-designation", "there is no designation 'securty'", "did you mean security?"),
    HTTPStatus.CONFLICT: ("nothing-published", "no scores are published yet", "import files, then run attain refresh"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("not-valid", "Input should be less than or equal to 1000", ""),
    HTTPStatus.TOO_MANY_REQUESTS: ("too-many-calls", "These are too many calls in a minute.", "wait 20 seconds"),
}
"""The problems that an operation may answer with, each with an example: its code, what is wrong, what to do."""
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": f"`wait=20`: wait so many seconds for the answer, {LONGEST} at most, before it is said to be still worked out.",
    "schema": {"type": "string"},
    "example": "wait=20",
}
_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the answer that is known: the answer is 304 without a body where it is still the same.",
    "schema": {"type": "string"},
}
_PARTNER = "A partner's id. A slash in it is written `~2F`, a tilde `~7E`, as in the address of the partner's pages."
_RETRY = {"description": "Seconds after which to ask again.", "schema": {"type": "string"}, "example": str(AGAIN)}
_TAG = {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}


def describe(schema: Described) -> None:
    """Complete the description that the framework makes."""
    schemas: Described = schema["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["tags"] = [{"name": name, "description": words} for name, words in AREAS.items()]
    paths: dict[str, dict[str, Described]] = schema["paths"]
    for operations in paths.values():
        for method, operation in operations.items():
            _operation(method, operation, schemas)


def _operation(method: str, operation: Described, schemas: Described) -> None:
    answers: dict[Any, Described] = operation["responses"]
    parameters: list[Described] = operation["parameters"]
    for parameter in parameters:
        _parameter(parameter, schemas)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = example_of(content["schema"], schemas)
    for answer in answers.values():
        for content in answer.get("content", {}).values():
            content["example"] = example_of(content["schema"], schemas)
    if operation.pop(WORKED_OUT, False):
        parameters.append(_PREFER)
        answers[HTTPStatus.ACCEPTED.value]["headers"] = {"Retry-After": _RETRY}
    files = operation.pop(DOWNLOADS, False)
    if method == "get":
        parameters.append(_MATCH)
        found = answers[HTTPStatus.OK.value]
        found["headers"] = {"ETag": _TAG}
        if files:
            binary = {"schema": {"type": "string", "format": "binary"}}
            found["content"] |= {TYPES[kind]: dict(binary) for kind in (Format.csv, Format.parquet)}
        answers[HTTPStatus.NOT_MODIFIED.value] = {"description": "The answer is the one whose tag was sent."}
    for status, (code, detail, hint) in _PROBLEMS.items():
        answers[status.value] = _problem(status, code, detail, hint)


def _parameter(parameter: Described, schemas: Described) -> None:
    """Give a parameter that must be there an example; others where they have one of their own."""
    if parameter["in"] == "path" and parameter["name"] == "partner_id":
        parameter["description"] = _PARTNER
    known = parameter.pop("examples", None)
    if known:
        parameter["example"] = known[0]
    elif parameter["required"]:
        parameter["example"] = example_of(parameter["schema"], schemas, parameter["name"])


def _problem(status: HTTPStatus, code: str, detail: str, hint: str) -> Described:
    example = Problem(title=status.phrase, status=status.value, code=code, detail=detail, hint=hint).model_dump()
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    headers = {"headers": {"Retry-After": _RETRY}} if status is HTTPStatus.TOO_MANY_REQUESTS else {}
    return {"description": status.phrase, "content": content, **headers}
