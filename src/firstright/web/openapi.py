"""The OpenAPI document: FastAPI describes its own routes, the intake route is written down here because it is none of them."""

from typing import Any  # an OpenAPI document is nested dictionaries of mixed values

from firstright.core.rules.fields import Catalogue, Field, FieldType, Kind, kind
from firstright.intake.jsonbody import LARGEST, LONGEST_EVENT_ID
from firstright.intake.shape import EVENT_ID, is_settable
from firstright.intake.strict import Field as CommandField
from firstright.intake.strict import Fields
from firstright.web.request import LARGEST_PAGE, LONGEST_KEY, USUAL_PAGE

Json = dict[str, Any]
BATCH_PATH = "/v1/leads/batch"
MOST_IN_BATCH = 500  # leads
LARGEST_BATCH = 5 * 1024 * 1024  # bytes
JSON_TYPES: dict[Kind, Json] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.NUMBER: {"type": ["integer", "number", "string", "null"]},
    Kind.BOOLEAN: {"type": ["boolean", "null"]},
    Kind.INSTANT: {"type": ["string", "null"]},
}
PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457. Every error of the request is listed; programs branch on the codes.",
    "required": ["type", "title", "status", "request_id", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "request_id": {"type": "string", "format": "uuid"},
        "errors": {"type": "array", "maxItems": 100, "items": {"$ref": "#/components/schemas/Error"}},
        "current": {
            "type": "object",
            "description": "with a 409 about a lead that has moved on: who has it now",
            "properties": {"owner": {"type": "string"}, "epoch": {"type": "integer"}},
        },
    },
}
ERROR: Json = {
    "type": "object",
    "required": ["pointer", "code", "reason", "got"],
    "properties": {
        "pointer": {
            "type": "string",
            "description": "JSON pointer into the body; empty for the whole request",
        },
        "code": {"type": "string", "examples": ["email.invalid"]},
        "reason": {"type": "string"},
        "got": {"type": "string", "description": "JSON type and an excerpt of what was sent"},
    },
}
_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "printable ASCII; makes a repeat a repeat",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
}
SLOTS: Json = {
    "name": "slots",
    "in": "query",
    "description": "a kind of meeting of the policy: the reply then holds `booking`, with what is free and where it is booked",
    "schema": {"type": "string", "maxLength": 64},
}
_SLOT: Json = {
    "type": "object",
    "properties": {"starts": {"type": "string", "format": "date-time"}, "book": {"type": "string"}},
}
BOOKING: Json = {
    "type": ["object", "null"],
    "description": "only where slots are asked for; null where nothing can be booked",
    "properties": {
        "type": {"type": "string"},
        "rep": {"type": ["string", "null"]},
        "zone": {"type": "string"},
        "page": {"type": "string"},
        "slots": {"type": "array", "items": _SLOT},
    },
}
REPLY: Json = {
    "type": "object",
    "required": ["lead", "outcome", "owner", "reason", "next_action", "expected_response", "next_at", "repeat", "decision", "problems"],
    "properties": {
        "lead": {"type": "string", "format": "uuid"},
        "outcome": {"type": "string"},
        "owner": {
            "type": ["object", "null"],
            "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
        },
        "reason": {"type": "string"},
        "next_action": {
            "type": ["object", "null"],
            "properties": {
                "action": {"type": "string"},
                "channel": {"type": "string"},
                "due": {"type": "string", "format": "date-time"},
            },
        },
        "expected_response": {"type": ["string", "null"], "format": "date-time"},
        "next_at": {"type": ["string", "null"], "format": "date-time"},
        "repeat": {"type": "boolean", "description": "this person was known: the enquiry joined their lead"},
        "decision": {"type": ["string", "null"], "format": "uuid"},
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Error"}},
        "booking": BOOKING,
    },
}  # fmt: skip


def with_intake(document: Json, catalogue: Catalogue) -> Json:
    """The document and POST /v1/leads, with the fields of the policy in force."""
    for verbs in document["paths"].values():
        for operation in verbs.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]  # FastAPI's own: what does not fit is not found here
    document["paths"]["/v1/leads"] = {"post": _operation()}
    document["paths"][BATCH_PATH] = {"post": _batch()}
    components = document.setdefault("components", {})
    schemas: Json = components.setdefault("schemas", {})
    schemas.clear()
    lead = _lead(catalogue)
    facts = {name: field for name, field in lead["properties"].items() if name != EVENT_ID}
    schemas.update(Lead=lead, LeadReply=REPLY, Problem=PROBLEM, Error=ERROR)
    schemas["Facts"] = {"type": "object", "properties": facts, "minProperties": 1}
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"key": []}]
    return document


def command(fields: Fields | None) -> Json:
    """What FastAPI is to say of a command: its body, and its key. None: facts of a lead."""
    schema = {"$ref": "#/components/schemas/Facts"} if fields is None else _command(fields)
    content = {"application/json": {"schema": schema}}
    return {"parameters": [_KEY], "requestBody": {"required": True, "content": content}}


def parameters(**about: str) -> Json:
    """Query parameters by name, beside the size of a page."""
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE}
    given = [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in about.items()
    ]
    return {"parameters": [*given, {"name": "limit", "in": "query", "schema": limit}]}


def _command(fields: Fields) -> Json:
    required = [name for name, field in fields.items() if field.required]
    shape: Json = {"type": "object", "additionalProperties": False}
    shape["properties"] = {name: _argument(field) for name, field in fields.items()}
    return {**shape, "required": required} if required else shape


def _argument(field: CommandField) -> Json:
    optional = [] if field.required else ["null"]
    match field.kind:
        case "instant":
            return {"type": ["string", *optional], "format": "date-time"}
        case "integer":
            return {"type": ["integer", *optional], "minimum": 0, "maximum": field.most}
        case "names":
            return {"type": ["array", *optional], "items": {"type": "string"}, "maxItems": field.most}
        case "flag":
            return {"type": ["boolean", *optional]}
        case "text":
            among = {"enum": [*field.among, *([] if field.required else [None])]} if field.among else {}
            return {"type": ["string", *optional], "maxLength": field.most, **among}


def problem_responses(*statuses: int) -> dict[int | str, Json]:
    """What a route says of its refusals."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _MEANT[status], "content": content} for status in statuses}


_MEANT = {
    400: "the structure is wrong: syntax, types of keys, fields that only we set, unknown parameters",
    401: "no key, or one that is unknown, expired or revoked",
    403: "the key lacks the scope, or its source is switched off",
    404: "there is no such thing",
    409: "something else came first: another holder, or nothing is published to decide with",
    408: "the body did not arrive in time",
    413: "the body is too large",
    415: "not UTF-8 JSON, or packed",
    422: "no way to reach the person, wrong types, wrong values at a strict source, or a key used with other content",
    429: "too many in a minute; try again after Retry-After seconds",
    503: "not stored; try again after Retry-After seconds with the same key",
}


def _operation() -> Json:
    reply = {"application/json": {"schema": {"$ref": "#/components/schemas/LeadReply"}}}
    replayed = {
        "Idempotent-Replayed": {
            "description": "true when this is the stored reply of an earlier, equal request",
            "schema": {"type": "string", "enum": ["true"]},
        }
    }
    good = {
        200: "the person was known: an engagement on their lead",
        201: "a new lead, decided",
        202: "kept; the decision is due",
    }
    answers: dict[str, Json] = {
        str(status): {"description": meant, "headers": replayed, "content": reply}
        for status, meant in good.items()
    }
    refusals = problem_responses(400, 401, 403, 408, 413, 415, 422, 503)
    return {
        "operationId": "send_lead",
        "summary": "Send a lead",
        "description": "Stores and decides in one transaction. What was acknowledged is kept; an equal request with the same "
        f"key gets the same reply. At most {LARGEST:,} bytes.",
        "parameters": [_KEY, SLOTS],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lead"}}},
        },
        "responses": {**answers, **{str(status): said for status, said in refusals.items()}},
    }


def _batch() -> Json:
    body = {
        "type": "object",
        "required": ["leads"],
        "additionalProperties": False,
        "properties": {
            "leads": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_IN_BATCH,
                "items": {"$ref": "#/components/schemas/Lead"},
            }
        },
    }
    one = {
        "type": "object",
        "required": ["status", "body"],
        "properties": {
            "status": {"type": "integer", "description": "what the lead alone would have been answered with"},
            "body": {
                "anyOf": [
                    {"$ref": "#/components/schemas/LeadReply"},
                    {"$ref": "#/components/schemas/Problem"},
                ]
            },
            "replayed": {"type": "boolean", "description": "true when this lead had come before"},
        },
    }
    results = {
        "type": "object",
        "required": ["results"],
        "properties": {"results": {"type": "array", "items": one}},
    }
    refusals = problem_responses(400, 401, 403, 408, 413, 415, 422, 503)
    good = {"description": "one outcome for each, in their order", "content": _json_of(results)}
    return {
        "operationId": "send_leads",
        "summary": "Send leads",
        "description": "Each is taken as if it had come alone; one that is wrong harms no other. Give each an event_id, so that"
        f" the batch can be sent again. At most {LARGEST_BATCH:,} bytes.",
        "parameters": [_KEY],
        "requestBody": {"required": True, "content": _json_of(body)},
        "responses": {"200": good, **{str(status): said for status, said in refusals.items()}},
    }


def _json_of(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _lead(catalogue: Catalogue) -> Json:
    fields = {name: _field(field) for name, field in catalogue.items() if is_settable(field)}
    fields[EVENT_ID] = {
        "type": ["string", "null"],
        "minLength": 1,
        "maxLength": LONGEST_EVENT_ID,
        "description": "your own name for this event; makes a repeat a repeat",
    }
    ways = [{"required": [name]} for name in ("email", "phone", "external_id")]
    return {"type": "object", "properties": fields, "anyOf": ways}


def _field(field: Field) -> Json:
    shape: Json = dict(JSON_TYPES[kind(field)])
    if field.type is FieldType.TEXTS or field.name == "product":
        shape = {"type": ["string", "array", "null"], "items": {"type": "string"}}
    if field.values:
        shape["examples"] = list(field.values)
    return {**shape, "description": field.about or field.label}
