"""What is alarming, in a sentence each: for who is told, for pages and commands. Figures only; no value anybody sent."""

from firstright.core.surprise import Part
from firstright.core.watching import (
    APPEARED,
    FILL_DROPPED,
    SHIFTED,
    SILENT,
    SPIKE,
    UNMAPPED_ROSE,
    VANISHED,
    WRONG_ROSE,
    Alarming,
)

TITLES = {
    FILL_DROPPED: "filled less often",
    VANISHED: "field vanished",
    APPEARED: "new field",
    UNMAPPED_ROSE: "more values without a meaning",
    WRONG_ROSE: "more values that cannot be read",
    SHIFTED: "other format",
    SILENT: "source is silent",
    SPIKE: "source floods",
    "campaign-unknown": "nobody knows this campaign",
    "review-overdue": "review is overdue",
}


def alarm_sentence(source: str, alarming: Alarming) -> str:
    """One sentence with both figures: what it was before, and what it is now."""
    before, now, field = alarming.before, alarming.after, alarming.field
    match alarming.kind:
        case "fill-dropped":
            return f"{source}: {field} is filled in {_of(now)}; it was {_share(before)}."
        case "field-vanished":
            return (
                f"{source}: {field} does not come any more, in none of {now.of:,}; it was {_share(before)}."
            )
        case "field-appeared":
            return f"{source}: {field} comes now, in {_of(now)}; it never did before."
        case "unmapped-rose":
            return (
                f"{source}: {field} has a value that no table knows in {_of(now)}; it was {_share(before)}."
            )
        case "problems-rose":
            return f"{source}: {field} cannot be read in {_of(now)}; it was {_share(before)}."
        case "format-changed":
            like = f' like "{alarming.word}"' if alarming.word else ""
            return (
                f"{source}: {field} looks otherwise{like} in {_of(now)} looked at; it was {_share(before)}."
            )
        case "source-silent":
            return f"{source}: nothing has come for {now.of:,} hours, in which about {before.n:,} were due."
        case _:
            return f"{source}: {now.n:,} arrivals in {now.of} hours, where about {before.n:,} are usual."


def title(kind: str) -> str:
    """An alarm's kind in a few words; one of somebody else's as it is called."""
    return TITLES.get(kind, kind.replace("-", " "))


def _of(part: Part) -> str:
    return f"{part.n:,} of the last {part.of:,} ({part.percent} %)"


def _share(part: Part) -> str:
    return f"{part.percent} % of {part.of:,} before"
