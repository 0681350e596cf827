"""An OpenAPI document as people read it: operations in groups, what each takes and answers, and a command that does it.

It reads the document that programs get and knows nothing else about the doors; nothing here is markup.
"""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import groupby
from typing import Any  # an OpenAPI document is nested dictionaries of mixed values

import msgspec

Json = dict[str, Any]
VERBS = ("get", "post", "put", "patch", "delete")
GROUPS = (
    ("Send leads", r"post /v1/(leads|leads/batch|forms/.*)"),
    ("Act on a lead", r"post /v1/leads/.*"),
    ("Read leads", r"get /v1/(leads|decisions|inbox|search)(/.*)?"),
    ("Reviews and duplicates", r"\w+ /v1/(reviews|credit-requests|duplicates).*"),
    ("Statuses, tasks and handoffs", r"\w+ /v1/(statuses|tasks|acting|shared|tickets)(/.*)?"),
    ("Meetings", r"\w+ /v1/meetings(/.*)?"),
    ("Consent and suppression", r"\w+ /v1/suppressions(/.*)?"),
    ("Repairs and stewards", r"\w+ /v1/(repairs|errands|stewards)(/.*)?"),
    ("Clocks and stuck leads", r"\w+ /v1/(clocks|stuck)(/.*)?"),
    ("Team", r"\w+ /v1/(team|reps|pools)(/.*)?"),
    ("Policy and score", r"\w+ /v1/(policy|score)(/.*)?"),
    ("Accounts", r"get /v1/accounts(/.*)?"),
    ("Sources, imports and providers", r"\w+ /v1/(sources|imports|quarantine|providers|hooks).*"),
    ("Watching and hygiene", r"\w+ /v1/(alarms|hygiene|synonyms|unmapped).*"),
    ("Deliveries and jobs", r"\w+ /v1/(deliveries|destinations|jobs).*"),
    ("Users", r"get /v1/users"),
    ("This node", r"get /(healthz|metrics|heartbeat|openapi\.json)"),
)
OTHER = "Other"
KEY = "$FIRSTRIGHT_KEY"
_EXAMPLES = {
    "email": "jo@smith.example",
    "first_name": "Jo",
    "last_name": "Smith",
    "company": "Smith Robotics",
    "country": "DE",
    "message": "Does the arm lift 20 kg?",
    "rep": "lena",
    "reps": ["lena"],
    "reason": "knows the customer",
    "kind": "visit",
    "what": "/pricing",
    "destination": "webhook:crm",
}
_SHORT = ("email", "company", "country", "message")  # of a lead, in a command


class Value(msgspec.Struct, frozen=True):
    """A parameter, or a field of a body. `where` is path, query, header or empty."""

    name: str
    type: str
    about: str
    required: bool
    where: str = ""


class Answer(msgspec.Struct, frozen=True):
    status: int
    phrase: str
    about: str
    problem: bool
    fields: tuple[Value, ...] = ()


class Operation(msgspec.Struct, frozen=True):
    """`id` is an anchor. `media` is how a body is sent; empty without one. `public`: no key is asked for."""

    id: str
    verb: str
    path: str
    summary: str
    about: str
    parameters: tuple[Value, ...]
    media: str
    fields: tuple[Value, ...]
    body_about: str
    body_required: bool
    answers: tuple[Answer, ...]
    command: str

    @property
    def taken(self) -> tuple[tuple[tuple[Answer, ...], tuple[Value, ...]], ...]:
        """Answers with the same fields together."""
        good = [answer for answer in self.answers if not answer.problem]
        return tuple((tuple(same), fields) for fields, same in groupby(good, key=lambda each: each.fields))

    @property
    def refused(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if answer.problem)


class Group(msgspec.Struct, frozen=True):
    id: str
    title: str
    operations: tuple[Operation, ...]


class Book(msgspec.Struct, frozen=True):
    groups: tuple[Group, ...]
    problem: tuple[Value, ...]  # fields of every refusal
    error: tuple[Value, ...]  # fields of each of its errors

    @property
    def operations(self) -> int:
        return sum(len(group.operations) for group in self.groups)


def book(document: Json, url: str) -> Book:
    """`url` is where the program is reached, for the commands."""
    schemas = document["components"]["schemas"]
    found: dict[str, list[Operation]] = {title: [] for title in (*(title for title, _ in GROUPS), OTHER)}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if verb in VERBS:
                told = _operation(path, verb, operation, schemas, url)
                found[_group(verb, path)].append(told)
    found[GROUPS[0][0]].sort(key=lambda each: (not each.path.startswith("/v1/leads"), each.path))
    groups = tuple(
        Group(anchor(title), title, tuple(operations)) for title, operations in found.items() if operations
    )
    return Book(groups, _fields(schemas["Problem"], schemas), _fields(schemas["Error"], schemas))


def _group(verb: str, path: str) -> str:
    return next((title for title, form in GROUPS if re.fullmatch(form, f"{verb} {path}")), OTHER)


def anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _operation(path: str, verb: str, operation: Json, schemas: Json, url: str) -> Operation:
    parameters = tuple(_parameter(each) for each in operation.get("parameters", ()))
    media, schema = _body(operation, schemas)
    return Operation(
        id=anchor(f"{verb}-{path}"),
        verb=verb.upper(),
        path=path,
        summary=operation.get("summary", path),
        about=operation.get("description", ""),
        parameters=parameters,
        media=media,
        fields=_fields(schema, schemas),
        body_about=schema.get("description", ""),
        body_required=bool(operation.get("requestBody", {}).get("required")),
        answers=tuple(_answers(operation["responses"], schemas)),
        command=_command(path, verb, parameters, media, schema, url, public=operation.get("security") == []),
    )


def _parameter(given: Json) -> Value:
    schema = given.get("schema", {})
    return Value(
        given["name"],
        _type(schema),
        _about({**schema, "description": given.get("description", "")}),
        bool(given.get("required")),
        given["in"],
    )


def _body(operation: Json, schemas: Json) -> tuple[str, Json]:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        return media, _resolved(content.get("schema", {}), schemas)
    return "", {}


def _resolved(schema: Json, schemas: Json) -> Json:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Json = schemas.get(name, schema)
    return found


def _fields(schema: Json, schemas: Json) -> tuple[Value, ...]:
    """Those of an object; of a list of objects, those of each."""
    if schema.get("type") == "array" or (schema.get("items") and not schema.get("properties")):
        return _fields(_resolved(schema.get("items", {}), schemas), schemas)
    required = schema.get("required", ())
    return tuple(
        Value(name, _type(_resolved(field, schemas)), _about(field), name in required)
        for name, field in schema.get("properties", {}).items()
    )


def _type(schema: Json) -> str:
    given = schema.get("type", "")
    names = [name for name in ([given] if isinstance(given, str) else given) if name and name != "null"]
    form = schema.get("format", "")
    if names == ["string"] and form:
        return {"date-time": "instant", "uuid": "id"}.get(form, str(form))
    if names == ["array"]:
        return f"list of {_type(schema.get('items', {}))}s"
    words = {"string": "text", "array": "list"}
    return " or ".join(words.get(name, name) for name in names) or ("object" if "$ref" in schema else "any")


def _about(schema: Json) -> str:
    """What is said about it, and its bounds."""
    among = [str(value) for value in schema.get("enum", ()) if value is not None]
    examples = [str(value) for value in schema.get("examples", ())]
    low, high = schema.get("minimum"), schema.get("maximum")
    parts = [
        str(schema.get("description", "")),
        f"one of {', '.join(among)}" if among else "",
        f"such as {', '.join(examples[:4])}" if examples else "",
        f"{low} to {high:,}" if low is not None and high is not None else "",
        f"{schema['default']} when not given" if "default" in schema else "",
        f"at most {schema['maxLength']:,} characters" if "maxLength" in schema and not among else "",
        f"at most {schema['maxItems']:,}" if "maxItems" in schema else "",
    ]
    return "; ".join(part for part in parts if part)


def _answers(responses: Json, schemas: Json) -> Iterator[Answer]:
    for status in sorted(responses, key=int):
        said = responses[status]
        content = said.get("content", {})
        problem = "application/problem+json" in content
        first: Json = next(iter(content.values()), {})
        schema: Json = first.get("schema", {})
        fields = () if problem else _fields(_resolved(schema, schemas), schemas)
        about = said.get("description", "")
        plain = "what was asked for" if about == "Successful Response" else about
        yield Answer(int(status), HTTPStatus(int(status)).phrase, plain, problem, fields)


def _command(
    path: str, verb: str, parameters: Iterable[Value], media: str, schema: Json, url: str, *, public: bool
) -> str:
    """A command for a shell: what must be given, with examples; ids as variables."""
    whole = re.sub(r"\{(\w+)\}", lambda found: f"${found[1].upper()}", path)
    asked = [each for each in parameters if each.where == "query" and each.required]
    query = (
        "?" + "&".join(f"{each.name}={_EXAMPLES.get(each.name, 'TEXT')}" for each in asked) if asked else ""
    )
    lines = [
        f'curl "{url}{whole}{query}"' if verb == "get" else f'curl -X {verb.upper()} "{url}{whole}{query}"'
    ]
    if not public:
        lines.append(f'-H "Authorization: Bearer {KEY}"')
    if any(each.name == "Idempotency-Key" for each in parameters):
        lines.append('-H "Idempotency-Key: any-text-of-yours"')
    if "json" in media:
        lines += [f'-H "Content-Type: {media}"', f"-d '{_example(schema)}'"]
    elif media:
        lines += [f'--data-urlencode "{name}={value}"' for name, value in _form(schema)]
    return " \\\n  ".join(lines)


def _example(schema: Json) -> str:
    properties: Json = schema.get("properties", {})
    if not properties and schema.get("items"):
        return f"[{_example(schema['items'])}]"
    names = list(schema.get("required", ())) or [name for name in _SHORT if name in properties]
    given = {name: _value(name, properties.get(name, {})) for name in names}
    return msgspec.json.encode(given).decode().replace("'", "’")


def _form(schema: Json) -> list[tuple[str, object]]:
    names = [name for name in _SHORT if name in schema.get("properties", {})] or ["email", "message"]
    return [(name, _EXAMPLES[name]) for name in names]


def _value(name: str, schema: Json) -> object:
    if schema.get("enum"):
        return schema["enum"][0]
    kind = _type(schema)
    if kind == "instant":
        return "2026-03-02T09:00:00Z"
    if kind == "integer":
        return 1
    if kind.startswith("list of "):
        return [_EXAMPLES.get(name.removesuffix("s"), "text")]
    return _EXAMPLES.get(name, "text")
