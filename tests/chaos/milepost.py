"""The post of a workspace in a story: letters go to a real mail server, and the process dies where it is told to: over the claim,
with the letters claimed, with the letters out and nothing recorded, over the record, or with the record stored and nobody told.
"""

import asyncio
from collections.abc import Iterable

from firstright.desk.delivering import Outgoing
from firstright.outbound.channel import Place, Result
from firstright.outbound.channels import channels
from outbound import certificates, mailbox
from outbound.mailbox import Letter, Mailbox
from outbound.outside import LOOPBACK, NOW

DEATHS = ("claim", "claimed", "out", "record", "recorded")
NOBODY = "smtp://127.0.0.1:1?from=leads@ours.example"  # nothing listens there


class Post:
    """`says` of `send` is what the server answers to each recipient; empty: it takes the letters."""

    def __init__(self) -> None:
        self.box = Mailbox()
        self.box.__enter__()
        self.url = self.box.url(tls="none")

    def end(self) -> None:
        self.box.__exit__()

    def send(self, found: list[Outgoing], says: str) -> list[Result]:
        if says:
            self.box.script(*[mailbox.answer("RCPT", says) for each in found if each.place.url == self.url])
        return asyncio.run(_all_sent(found))

    def wrong(self) -> list[str]:
        """Of letters with one name that are not one letter."""
        seen: dict[str, set[object]] = {}
        for letter in self.box.letters:
            seen.setdefault(letter.message["X-Entity-Ref-ID"] or letter.message["Message-ID"], set()).add(
                _bytes(letter)
            )
        return [f"I-25 not the same at every attempt: {name}" for name, all in seen.items() if len(all) > 1]

    def times(self) -> dict[str, int]:
        """How often each letter went out, by the id of its delivery."""
        found: dict[str, int] = {}
        for letter in self.box.letters:
            name = str(letter.message["Message-ID"]).strip("<>").partition("@")[0]
            found[name] = found.get(name, 0) + 1
        return found


async def _all_sent(found: Iterable[Outgoing]) -> list[Result]:
    async with channels(LOOPBACK, seconds=5.0, trust=certificates.trusting) as every:
        return list(
            await asyncio.gather(
                *[
                    every["email"].send(each.message, Place("email", "email", each.place.url), NOW)
                    for each in found
                ]
            )
        )


def _bytes(letter: Letter) -> object:
    return (letter.recipients, letter.message["Subject"], letter.message.as_bytes())
