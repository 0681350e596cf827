"""Reads the fields a policy knows, what their values mean in other words, and how near to an edge a number is no better."""

import msgspec

from firstright.core.documents.reading import Table, not_known, sentence
from firstright.core.rules.fields import BUILTIN, Catalogue, Field, FieldType, Kind, check, kind
from firstright.core.rules.shipped import YIELDING


def read_catalogue(root: Table) -> Catalogue:
    fields = dict(BUILTIN)
    custom = []
    holder = root.table("fields", "[fields]")
    for name in holder.data:
        table = holder.table(name, f'field "{name}"')
        field = _field(name, table)
        table.close()
        if name not in BUILTIN or name in YIELDING:
            custom.append(field)
        elif kind(field) is not kind(BUILTIN[name]):
            was = BUILTIN[name].type.value
            table.report(
                "field.type", "type", f'"{name}" is a shipped field of type {was} and must stay comparable.'
            )
        else:
            fields[name] = field
    catalogue = Catalogue(fields)
    for field in custom:
        try:
            catalogue = catalogue.with_custom([field])
        except ValueError as error:
            holder.report("field.name", field.name, sentence(str(error)))
    return catalogue


def _field(name: str, table: Table) -> Field:
    known = None if name in YIELDING else BUILTIN.get(name)
    values = table.texts("values")
    default = known.type if known else FieldType.CHOICE if values else FieldType.TEXT
    type_ = table.choice("type", FieldType, default)
    if type_ is FieldType.CHOICE and not values:
        table.report(
            "field.values", "values", f'"{name}" is a choice without values, so nothing could be chosen.'
        )
    label = table.text("label", known.label if known else name.replace("_", " "))
    about = table.text("about", known.about if known else "")
    field = Field(name, type_, label, values, about)
    return msgspec.structs.replace(field, origins=known.origins, how=known.how) if known else field


def read_synonyms(root: Table, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    holder = root.table("synonyms", "[synonyms]")
    found: dict[str, dict[str, str]] = {}
    for name in holder.data:
        table = holder.table(name, f'synonyms of "{name}"')
        field = catalogue.lookup(name)
        if field is None:
            text = not_known(name, catalogue, "The field")
            holder.report("synonym.unknown_field", name, text)
            continue
        found[name] = {word: table.text(word) for word in table.data}
        for word, meant in found[name].items():
            if field.values and meant and (problem := check(field, meant)):
                table.report("synonym.value", word, sentence(problem.reason))
    return found


def read_hysteresis(root: Table, catalogue: Catalogue) -> dict[str, int]:
    """Per cent by number field."""
    table = root.table("hysteresis", "[hysteresis]")
    found: dict[str, int] = {}
    for name in table.data:
        field = catalogue.lookup(name)
        if field is None:
            table.report("hysteresis.unknown_field", name, not_known(name, catalogue, "The field"))
        elif kind(field) is not Kind.NUMBER:
            text = f'"{name}" is no number, so it has no edge to be near to.'
            table.report("hysteresis.not_a_number", name, text)
        found[name] = table.number(name, 1, 100, 1)
    return found
