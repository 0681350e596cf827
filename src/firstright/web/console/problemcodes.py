"""What the codes of refusals mean, for whoever writes a program: by status, and those about one value. A test compares them with
what the doors really say.
"""

CODES: dict[int, dict[str, str]] = {
    400: {
        "duration.invalid": "a duration is a number and a unit, such as 15min",
        "json.syntax": "the body is no JSON",
        "event_id.invalid": "an event of a hook needs a webhook-id that can be kept",
        "request.invalid": "the request does not fit its address, or ended before it was whole",
        "field.missing": "a field that must be there is not",
        "field.null": "a field that must have a value is null",
        "field.unknown": "there is no such field; the nearest name is told",
        "field.read_only": "only we set this field",
        "fields.too_many": "there are more fields than anybody needs",
        "type.expected_…": "the value has another type: string, integer, number, boolean, array or object",
        "batch.empty": "a batch has at least one lead",
        "batch.too_many": "a batch has at most 500 leads",
        "form.invalid": "this is no form that a browser sends",
        "form.duplicate": "a field of a form may be given once",
        "query.unknown": "is no parameter of this address",
        "query.duplicate": "a parameter may be given once",
        "query.invalid": "a parameter has a value that it cannot have",
        "cursor.invalid": "after is next of the page before, unchanged",
        "header.duplicate": "a header may be sent once",
        "host.missing": "a request names its host",
        "host.unknown": "this program is not reached under that name",
        "idempotency.key_invalid": "an Idempotency-Key is 1 to 255 printable ASCII characters",
        "auth.duplicate": "Authorization may be sent once",
        "auth.in_query": "an API key belongs into the Authorization header; one that was in an address should be revoked",
        "upgrade.unsupported": "this is HTTP/1.1 and stays so",
    },
    401: {
        "auth.missing": "no key, or one that is unknown, expired or revoked",
        "signature.invalid": "what a hook sent is not signed with its secret, or more than five minutes ago",
    },
    403: {
        "auth.scope": "the key lacks the scope",
        "auth.role": "somebody with this role may not do that",
        "source.disabled": "the source is switched off",
        "origin.not_allowed": "the page is none of the form's origins",
        "csrf.origin": "this came from a page that is not ours",
        "csrf.token": "this form is of another session",
    },
    404: {
        "not_found": "there is no such thing, or it is not yours to see",
        "source.unknown": "there is no form under this name",
    },
    405: {"method.not_allowed": "see Allow for what this address offers"},
    408: {"body.slow": "the body did not arrive in time"},
    409: {
        "lead.superseded": "the lead has moved on; current says who has it",
        "pool.empty": "nothing waits in this pool, or somebody was faster",
        "review.in_hand": "somebody else has this review in hand",
        "review.over": "this review was decided, or is not needed any more",
        "delivery.not_dead": "only dead deliveries are sent once more",
        "job.not_dead": "only dead jobs are done once more",
        "refused": "it cannot be done as things stand; the reason says why",
    },
    413: {
        "body.too_large": "the body is larger than this address takes",
        "fields.too_many": "a form has more fields than are read",
    },
    415: {
        "content_type.unsupported": "send application/json, or a form where one is asked for",
        "encoding.unsupported": "JSON is sent as UTF-8",
        "content_encoding.unsupported": "send the body unpacked",
        "form.file": "a form takes no files",
    },
    422: {
        "lead.no_contact": "no way to reach the person: an e-mail address, a telephone number or an external id",
        "facts.none": "nothing was told about the lead",
        "idempotency.mismatch": "this key was used with other content",
        "cursor.invalid": "this page of the list is no more",
        "query.nul": "a parameter holds U+0000, and no text here does",
        "value.unstorable": "a value that cannot be stored; nothing was changed",
        "value.unknown": "none of the values there are",
        "duration.invalid": "a duration is a number and a unit, such as 30d",
        "time.invalid": "no such day: 2026-12-24 is one",
        "refused": "it cannot be done as it was asked; the reason says why",
    },
    429: {"rate.limited": "too many from there: Retry-After says how long to wait"},
    500: {"internal": "a defect of ours; it was logged under the request id"},
    503: {
        "database.busy": "nothing was changed: send it again",
        "database.unavailable": "the database cannot be written to: send it again later",
        "commit.unknown": "whether it was stored is not known: send it again with the same key",
        "overload": "too much is waiting: send it again after Retry-After",
        "turn.slow": "it took too long: send it again with the same key",
        "storage.failed": "a file could not be kept: the disk may be full",
        "uploads.off": "this node takes no uploads",
        "key.missing": "this process has no key to open the workspace's secret with",
        "feeds.off": "this process has no key to seal addresses with",
        "key.amiss": "a secret of this node is missing",
    },
}
VALUES: dict[str, str] = {
    "email.…": "no e-mail address, or a longer one than there can be",
    "phone.…": "no telephone number, or one that needs a country",
    "country.unknown": "no country we know",
    "state.…": "no state of that country, or no country to look in",
    "postcode.invalid": "no postcode",
    "language.unknown": "no language we know",
    "zone.abbreviation": "an abbreviation several zones have, such as CST",
    "zone.offset": "a distance from UTC, which says nothing of summer time",
    "zone.unknown": "no IANA time zone",
    "period.empty": "a period that ends before it begins",
    "website.invalid": "no address of a website",
    "domain.shared": "many have pages or mailboxes there: it tells no company",
    "id.…": "no id of a CRM's record, or one that cannot be one",
    "parent.self": "an account that is its own parent",
    "stage.unknown": "neither the row nor a table of stages says whether the deal is open",
    "number.…": "no number, or one that is too large or too small",
    "time.…": "no instant, without a zone, or out of range",
    "text.…": "control characters, or half of a character",
    "length.max": "longer than the field takes",
    "key.invalid": "no name under which something can be told apart",
    "value.…": "none of the values of this field",
    "field.blank": "nothing but blanks",
    "junk.…": "a form was filled in as no person does",
    "activity.direction": "neither inbound nor outbound, so nobody knows who acted",
    "activity.nobody": "it names no lead, address or number",
    "event_id.missing": "a record of a file names no event, though its map says that it does",
    "required.…": "leads of this type must say it: it was missing, null, empty, blank or unreadable",
    "replay.no_header": "how the file of this row was laid out is not known any more",
    "lookup.missing": "a map's table has no entry for this value",
    "csv.…": "a record of a file does not fit its header",
}


def is_told(code: str, status: int | None = None) -> bool:
    """Whether a reader can find out what a code means; of a status that is known, among those of this status."""
    tables = [CODES.get(status, {})] if status else [*CODES.values(), VALUES]
    return any(code == known or _family(code, known) for table in tables for known in table)


def _family(code: str, known: str) -> bool:
    return known.endswith("…") and code.startswith(known[:-1])
