"""What the description cannot say to a generator, and one more check.

A positive request is one that a partner could send who has read the description. Some of what it
says cannot be written as JSON Schema; here the generator learns it. Nothing is done to requests
that are meant to be wrong.
"""

import datetime
import hashlib
import json
import os
import urllib.request
from functools import cache

import jsonschema_rs
import schemathesis
from hypothesis import strategies as st

FIRST = datetime.datetime(1900, 1, 2)
LAST = datetime.datetime(2199, 12, 30)
JSON = "application/json"


# Years are 1900 to 2199, with any offset from UTC.
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
instants = st.datetimes(FIRST, LAST, timezones=offsets).map(lambda at: at.isoformat())
schemathesis.openapi.format("date-time", instants)
schemathesis.openapi.format("date", st.dates(FIRST.date(), LAST.date()).map(str))


@schemathesis.hook
def before_call(ctx, case, **kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query = case.query or {}
    # A cursor is the server's own text: it cannot be made up.
    query.pop("cursor", None)
    # A link of the generator's own takes an id from an answer where there is none.
    for name in [name for name, value in query.items() if value in (None, "None")]:
        del query[name]
    # A range begins before it ends.
    if {"from", "to"} <= query.keys() and moment(query["from"]) > moment(query["to"]):
        query["from"], query["to"] = query["to"], query["from"]
    # Every other request for one document is for one that there is.
    known = ids(case.path.split("/{id}")[0]) if "id" in (case.path_parameters or {}) else ()
    wanted = sum(str(case.path_parameters["id"]).encode()) if known else 0
    if wanted % 2:
        case.path_parameters["id"] = known[wanted % len(known)]
    # A key for repetition stands for one of them and no other.
    headers = case.headers or {}
    if "Idempotency-Key" in headers:
        named = f"{headers['Idempotency-Key']} {case.path_parameters['id']}"
        headers["Idempotency-Key"] = hashlib.sha256(named.encode()).hexdigest()


def moment(value):
    """In UTC, without an offset, so that dates and times can be compared."""
    at = datetime.datetime.fromisoformat(str(value))
    return at.astimezone(datetime.timezone.utc).replace(tzinfo=None) if at.tzinfo else at


@cache
def ids(path):
    """The ids on the first page of a list."""
    request = urllib.request.Request(os.environ["GATEWAY_URL"] + path)
    request.add_header("Authorization", "Bearer " + os.environ["API_KEY"])
    request.add_header("X-Org-Id", os.environ["ORG_ID"])
    with urllib.request.urlopen(request) as answer:
        documents = json.load(answer)["data"]
    return [document.get("id") or document["aircraft_id"] for document in documents]


@schemathesis.check
def whole_documents(ctx, response, case):
    """Without `fields` and `updated_since` the answer is the first of its forms, and no other."""
    content = case.operation.definition.raw["responses"].get(str(response.status_code), {}).get("content", {})
    forms = content.get(JSON, {}).get("schema", {}).get("anyOf")
    if forms is None or {"fields", "updated_since"} & (case.query or {}).keys():
        return
    error = next(validator(case.operation.schema, forms[0]["$ref"]).iter_errors(response.json()), None)
    assert error is None, f"not a whole document: {error}"


validators = {}


def validator(schema, reference):
    if reference not in validators:
        root = {"$ref": reference, "components": schema.raw_schema["components"]}
        validators[reference] = jsonschema_rs.Draft202012Validator(root, validate_formats=True)
    return validators[reference]
