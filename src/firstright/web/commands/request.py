"""What every word of a command has in common. Words are in the files beside this one, and all of them in `every`."""

from typing import Generic, Literal, TypeVar, get_type_hints

import msgspec

from firstright.web.commands.house import House

VERSION: Literal[1] = 1
LARGEST_TEXT = 16 * 1024 * 1024  # bytes of a policy, a roster or a map
LARGEST = (
    2 * LARGEST_TEXT + 1024 * 1024
)  # of a request: JSON writes a quotation mark or the end of a line with two

T = TypeVar("T", covariant=True)


class Request(
    msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="do"
):
    """A word that is answered with a T. Commands and servers of other releases know its tag and its fields: neither is changed."""

    firstright: Literal[1] = VERSION

    def done(self, house: House) -> T:
        """Raises what the desk's use case raises; nothing is changed then."""
        raise NotImplementedError

    def answer(self) -> type[T]:
        """What it is answered with, for whoever reads the answer from a line."""
        found: type[T] = get_type_hints(type(self).done)["return"]
        return found
