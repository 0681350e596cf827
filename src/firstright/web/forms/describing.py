"""What the OpenAPI document says of the forms' door."""

from http import HTTPStatus
from typing import Any  # an OpenAPI document is nested dictionaries of mixed values

from firstright.intake.formbody import LARGEST, LONGEST_VALUE, MOST_FIELDS
from firstright.web.openapi import BOOKING, SLOTS, problem_responses

Json = dict[str, Any]


_FIELDS: Json = {
    "type": "object",
    "description": "Names as the form's source knows them, by its map or as ours are called. `_event` names the submission:"
    " it makes a repeat a repeat. `_took` is how many milliseconds it was filled in for.",
    "maxProperties": MOST_FIELDS,
    "additionalProperties": {"type": "string", "maxLength": LONGEST_VALUE},
}
_JSON_FIELDS: Json = {
    **_FIELDS,
    "additionalProperties": {
        "type": ["string", "boolean", "null", "array"],
        "maxLength": LONGEST_VALUE,
        "items": {"type": "string"},
    },
}
_RECEIVED: Json = {
    "type": "object",
    "required": ["received"],
    "properties": {
        "received": {"type": "string", "format": "uuid", "description": "what to ask us about"},
        "booking": BOOKING,
    },
}
_PUBLIC: Json = {"security": []}
SENT: Json = {
    "operation_id": "send_form",
    "summary": "Submit a form",
    "description": "Public: no key, but a page that sends by script must be of one of the form's origins. The answer says"
    f" neither who has the lead nor whether the person was known. At most {LARGEST:,} bytes.",
    "status_code": HTTPStatus.CREATED,
    "responses": {
        201: {"description": "kept", "content": {"application/json": {"schema": _RECEIVED}}},
        303: {"description": "kept; a browser that asked for no JSON goes on to the page of thanks"},
        **problem_responses(400, 403, 404, 408, 413, 415, 422, 429, 503),
    },
    "openapi_extra": {
        **_PUBLIC,
        "parameters": [SLOTS],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": _FIELDS},
                "multipart/form-data": {"schema": _FIELDS},
                "application/json": {"schema": _JSON_FIELDS},
            },
        },
    },
}
