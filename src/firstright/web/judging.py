"""What the desk says no to, as the API says it: one place where an error becomes an answer. Acts on leads, which have more to
say no to, are `acts`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from firstright.errors import NoPolicy, NotFound, Refused, Superseded
from firstright.web.acts import problem_of, superseded
from firstright.web.problems import TurnedAway, away
from firstright.web.reading import nothing


@contextmanager
def judged(values: dict[str, object]) -> Iterator[None]:
    """Around what the desk does; `values` are what was asked with, and are named in what is wrong."""
    try:
        yield
    except NotFound:
        raise nothing() from None
    except Superseded as now:
        raise superseded(now, values) from None
    except NoPolicy as error:
        raise away(409, f"{error.missing}.missing", str(error)) from None
    except Refused as refused:
        raise TurnedAway(422, *[problem_of(reason, values) for reason in refused.reasons]) from None
