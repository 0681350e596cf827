"""Words of commands as servers and commands of other releases know them: none of this may be changed, only added to."""

from collections.abc import Callable
from typing import get_args, get_type_hints

import msgspec
import pytest

from firstright.errors import Refused
from firstright.web.commands.every import WORDS, read_request
from firstright.web.commands.house import House
from firstright.web.commands.request import Request

# tag: (its fields, what it is answered with)
KNOWN = {
    "act": ("asked by", "Acted"),
    "adjust-credit": ("asked by", "Adjusted"),
    "admit": ("asked by", "Admitted"),
    "answer-credit": ("asked by", "Answered"),
    "audit": ("by", "Audited"),
    "clocks": ("asked by", "Acted"),
    "destine": ("asked by", "Registered"),
    "drift": ("by", "Looked"),
    "end-alarm": ("alarm by", "Ended"),
    "excuse-span": ("asked by", "Excused"),
    "feed": ("asked by", "Changed"),
    "hook": ("asked by", "HookNow"),
    "import": ("file shown map map_file history ledger", "Report"),
    "import-accounts": ("file shown system kind map map_file encoding dry again", "Report"),
    "list": ("name text by", "Imported"),
    "make-key": ("key by", "str"),
    "model": ("text by", "Added"),
    "owner-is": ("system external_id rep by", "Mapped"),
    "pause": ("asked by", "Paused"),
    "preview-repair": ("selection by", "Done"),
    "propose-pairs": ("pairs by", "Proposed"),
    "provide": ("asked by", "ProviderNow"),
    "publish": ("kind text file by reason", "Published"),
    "reach-out": ("asked by", "OutreachDone"),
    "repair": ("asked by", "Started"),
    "replay-arrivals": ("asked by", "list[Replayed]"),
    "reread": ("asked by", "Done"),
    "resend": ("deliveries destination since by", "Resent"),
    "review-part": ("asked by", "Noted"),
    "revive": ("jobs by", "Revived"),
    "revoke-key": ("prefix by", "bool"),
    "source": ("asked by", "Described"),
    "staff": ("asked by", "Changed"),
    "stop-errand": ("errand by reason", "Stopped"),
    "stop-repair": ("repair by", "Started"),
    "stuck": ("asked by", "StuckDone"),
    "synonyms": ("asked by", "Mapped"),
    "tell-apart": ("lead other reason by", "Apart"),
    "weigh": ("pool publish by", "Weighed"),
}


def _answer(word: type[Request[object]]) -> str:
    found = get_type_hints(word.done)["return"]
    return f"list[{get_args(found)[0].__name__}]" if get_args(found) else found.__name__


def test_words_are_those_that_other_releases_know() -> None:
    spoken = {
        str(word.__struct_config__.tag): (
            " ".join(word.__struct_fields__).removesuffix(" firstright"),
            _answer(word),
        )
        for word in WORDS
    }
    assert spoken == KNOWN
    ours = {word for word in Request.__subclasses__() if word.__module__.startswith("firstright.")}
    assert set(WORDS) == ours and len(WORDS) == len(KNOWN)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: str(word.__struct_config__.tag))
def test_a_word_says_what_it_is_answered_with_and_a_line_of_that_can_be_read(
    word: type[Request[object]],
) -> None:
    base = word.__orig_bases__[0]  # type: ignore[attr-defined]  # what it was declared as a request of
    assert get_type_hints(word.done)["return"] == get_args(base)[0]
    msgspec.json.Decoder(get_type_hints(word.done)["return"])  # fails for what no line can be read as


def test_a_word_is_read_as_what_was_said() -> None:
    said = b'{"do":"revoke-key","prefix":"fr_1","by":"mara","firstright":1}'
    read = read_request(said)
    assert msgspec.json.encode(read) == said
    assert read.answer() is bool


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (lambda house: house.destine(object(), "mara"), "registers no destinations"),
        (lambda house: house.feeds(), "does not read calendars by URL"),
        (lambda house: house.providers(), "asks no providers"),
        (lambda house: house.hooks(), "registers no hooks"),
    ],
)
def test_a_house_that_lacks_something_says_so(missing: Callable[[House], object], said: str) -> None:
    with pytest.raises(Refused) as refused:
        missing(House(None))  # type: ignore[arg-type]  # it has not even a desk
    assert refused.value.reasons == (f"this server {said}",)
