"""What was changed between two texts, line by line, as people compare versions. It knows no policy and judges nothing."""

import difflib

import msgspec

AROUND = 3  # unchanged lines shown before and behind a change
MOST = 5_000  # lines shown: two texts that have nothing in common are told by their beginning


class Line(msgspec.Struct, frozen=True):
    """One line. `kind` is same, added, removed or gap (lines left out); numbers count from 1, 0 where there is none."""

    kind: str
    text: str
    before: int = 0
    after: int = 0


def changes(before: str, after: str) -> tuple[Line, ...]:
    """Changed lines with some around them; nothing when the texts are equal."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND):
        first = group[0]
        if first[1] or found:
            found.append(Line("gap", "", first[1] + 1, first[3] + 1))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [Line("same", old[i], i + 1, j1 + i - i1 + 1) for i in range(i1, i2)]
            else:
                found += [Line("removed", old[i], i + 1, 0) for i in range(i1, i2)]
                found += [Line("added", new[j], 0, j + 1) for j in range(j1, j2)]
        if len(found) > MOST:
            break
    return tuple(found[:MOST])
