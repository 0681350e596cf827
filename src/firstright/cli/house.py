"""A house over the settings: what registers destinations, calendars, providers and hooks is made when it is asked for, so that a
setting that is wrong for one word is nothing to another.
"""

import gc

import msgspec

from firstright import wiring
from firstright.desk import Desk
from firstright.desk.destinations import Asked, Registered
from firstright.settings import Settings
from firstright.web.commands.house import House


def house_of(desk: Desk, chosen: Settings) -> House:
    def destine(asked: Asked, by: str) -> Registered:
        return wiring.destine(desk, wiring.sealer(chosen), wiring.egress(chosen), asked, by=by)

    return House(
        desk,
        url=chosen.console,
        destine=destine,
        feeds=lambda: wiring.feeds(desk, chosen),
        providers=lambda: wiring.providers(desk, chosen),
        hooks=lambda: wiring.hooks(desk, chosen),
    )


def own_house(desk: Desk, chosen: Settings) -> House:
    """For one command in this process: what it can read the desk can read, and while it imports nothing else is at work."""

    def settle(file: str, shown: str) -> None:
        desk.warm()
        gc.freeze()  # as the server does

    return msgspec.structs.replace(house_of(desk, chosen), before_import=settle)
