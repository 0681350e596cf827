"""Fields that give the outcome away because they are known only after it: found by their names, and by what they do in the data.

One that is found is not learned from, unless somebody gives a reason, which is kept with the model.
"""

import re
from collections.abc import Sequence

import msgspec

from firstright.core.accuracy import auc
from firstright.core.clean.text import fold
from firstright.core.learned import Feature
from firstright.simulate.learning.binning import features
from firstright.simulate.learning.examples import Examples

TELLS_ALL = 0.95  # of one field alone: nobody is known that well before
BY_CHANCE = 0.001
APPEARS_LATER = 0.5  # of the rows that have it: what is then learned of the rest is learned of other leads

AFTERWARDS = {
    "duration": "how long a conversation lasted is known when it is over, and one that goes well lasts",
    "talk_time": "how long a conversation lasted is known when it is over",
    "talktime": "how long a conversation lasted is known when it is over",
    "billsec": "how long a call lasted is known after it",
    "aht": "how long a call lasted is known after it",
    "call_result": "what a call came to is known after it",
    "call_outcome": "what a call came to is known after it",
    "call_length": "how long a call lasted is known after it",
    "disposition": "it says what came of the lead",
    "outcome": "it says what came of the lead",
    "result": "it says what came of the lead",
    "status": "it says how far the lead has come since",
    "lead_status": "it says how far the lead has come since",
    "stage": "it says how far the lead has come since",
    "opportunity.stage": "it says how far the lead has come since",
    "lifecycle": "it follows from the score, and from what came of it",
    "lifecycle_stage": "it follows from the score, and from what came of it",
    "score": "it is what is being learned",
    "score.model": "it is what is being learned",
    "converted": "it says what came of the lead",
    "is_converted": "it says what came of the lead",
    "won": "it says what came of the lead",
    "lost": "it says what came of the lead",
    "is_won": "it says what came of the lead",
    "is_closed": "it says that the lead is over",
    "closed": "it says that the lead is over",
    "contract": "a contract is made with those that were won",
    "invoice": "an invoice goes to those that were won",
    "deal": "a deal is made with leads that went well",
    "touched": "touches happen after the decision",
    "touches": "touches happen after the decision",
    "accepted": "it was accepted after the decision",
    "owner": "who has it now says what came of it",
    "holder": "who has it now says what came of it",
}
_BEGINS = (
    "closed_", "close_", "converted_", "conversion_", "won_", "lost_", "loss_", "disqualif", "unqualif", "call_duration",
    "contract_", "invoice_", "deal_", "churn", "renewal_", "first_response", "response_time", "time_to_", "days_to_",
    "meeting_", "demo_held", "signed_", "customer_since", "last_touch", "next_step", "reason_lost", "reason_won",
)  # fmt: skip
# Of a conversation, in any of its words: talk_secs, CallMinutes, Gesprächsdauer, durée d'appel.
_LASTING = re.compile(
    r"(?:^|_)(?<!best_)(?<!preferred_)(?:talk|call|chat|conversation|handle|speaking)_?(?:secs?|seconds|mins?|minutes|time|length|duration)(?:_|$)"
    r"|(?:gesprachs?|anruf|telefon)_?(?:dauer|zeit|lange)"
    r"|dur(?:ee|acion|acao|ata)_(?:d_?e?_?)?(?:la_|l_|da_|della_)?(?:appel|llamada|ligacao|chamada|chiamata|conversa)"
)
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s\-/]+")


class Leak(msgspec.Struct, frozen=True):
    """Why a field is refused: `code` known-after, tells-all, one-sided or appears-later, the figure where there is one, and
    a sentence."""

    field: str
    code: str
    text: str
    figure: float | None = None


def leaks(examples: Examples) -> tuple[Leak, ...]:
    """One for each field that must not be learned from, by name."""
    cut = {feature.field: feature for feature in features(examples)}
    found = []
    for field in examples.fields:
        feature = cut.get(field)
        leak = _by_name(field) or _appears_later(examples, field)
        leak = leak or _one_sided(examples, field) or (_tells_all(examples, feature) if feature else None)
        if leak:
            found.append(leak)
    return tuple(found)


def _by_name(field: str) -> Leak | None:
    name = "_".join(part for part in _SPLIT.split(field) if part).casefold()
    if _LASTING.search(fold("_".join(name.replace("'", "_").split())).replace(" ", "_")):
        return Leak(field, "known-after", f"{AFTERWARDS['duration']}.")
    if reason := AFTERWARDS.get(name):
        return Leak(field, "known-after", f"{reason}.")
    if name.startswith(_BEGINS) or name.endswith(("_outcome", "_result", "_won", "_lost", "_disposition")):
        return Leak(field, "known-after", "by its name it is known only after the outcome.")
    return None


def _appears_later(examples: Examples, field: str) -> Leak | None:
    later = examples.later.get(field, 0)
    filled = sum(field in row for row in examples.rows)
    share = later / (later + filled) if later else 0.0
    if share <= APPEARS_LATER:
        return None
    text = f"{later} of {later + filled} leads that have it got it only after they were decided about."
    return Leak(field, "appears-later", text, round(share, 4))


def _one_sided(examples: Examples, field: str) -> Leak | None:
    """Filled for one outcome only, by more leads than chance would have it."""
    outcomes = [had for row, had in zip(examples.rows, examples.had, strict=True) if field in row]
    if not outcomes or any(outcomes) is not all(outcomes):
        return None
    share = examples.positive / len(examples.rows)
    if (
        len(outcomes) == len(examples.rows)
        or (share if outcomes[0] else 1 - share) ** len(outcomes) > BY_CHANCE
    ):
        return None
    which = "had" if outcomes[0] else "had not"
    text = f"it is filled for {len(outcomes)} leads, all of which {which} the outcome."
    return Leak(field, "one-sided", text, len(outcomes))


def _tells_all(examples: Examples, feature: Feature) -> Leak | None:
    found = alone(examples, feature)
    if found is None or found < TELLS_ALL:
        return None
    text = f"it alone tells outcomes apart with an AUC of {found:.3f}; more than {TELLS_ALL} is too good to be known before."
    return Leak(feature.field, "tells-all", text, round(found, 4))


def strongest(examples: Examples, shapes: Sequence[Feature]) -> tuple[float, str]:
    """The field that alone tells most, with its AUC."""
    return max(((alone(examples, shape) or 0.5, shape.field) for shape in shapes), default=(0.5, ""))


def alone(examples: Examples, feature: Feature) -> float | None:
    """The AUC of one field by the rate of its bins; None where nothing can be told apart."""
    places = [feature.bin_of(row.get(feature.field)) for row in examples.rows]
    rates = _rates(places, examples.had, len(feature.weights))
    return auc([(rates[place], had) for place, had in zip(places, examples.had, strict=True)])


def _rates(places: Sequence[int], had: Sequence[bool], bins: int) -> list[float]:
    seen, won = [0] * bins, [0] * bins
    for place, outcome in zip(places, had, strict=True):
        seen[place] += 1
        won[place] += outcome
    return [w / s if s else 0.0 for w, s in zip(won, seen, strict=True)]
