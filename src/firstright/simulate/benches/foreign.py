"""GoRules' zen-engine on its best path, matching the same rules: the other side of the pure benches. It needs the `bench` extra."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from firstright.errors import BadConfiguration
from firstright.simulate import workload

Lead: TypeAlias = Mapping[str, str | int]
Fields: TypeAlias = dict[str, object]
Matcher: TypeAlias = Callable[[Fields], int]


def matcher(documents: Sequence[Mapping[str, object]]) -> Matcher:
    """A function from a lead's fields to the position of its first rule.

    A loader and precompiled content: the path of its README evaluates twenty times slower and would flatter us.
    """
    try:
        import zen  # the extra: only the benches need it
    except ImportError:
        raise BadConfiguration(("this bench needs zen-engine: pip install 'firstright[bench]'",)) from None
    content = zen.ZenDecisionContent(json.dumps(workload.zen_content(documents)))
    evaluate = zen.ZenEngine({"loader": lambda _key: content}).evaluate
    return lambda lead: int(evaluate("policy", lead)["result"]["rule"])


def asked(leads: Sequence[Lead]) -> list[Fields]:
    """The fields rules ask for and nothing else: the engine converts whatever it is given."""
    return [{name: lead[name] for name in workload.FIELDS if name in lead} for lead in leads]
