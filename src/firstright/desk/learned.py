"""Models beside the policies: versions added, and fetched for the policy that names one. It trains nothing."""

import msgspec

from firstright.core.learned import Model, model_hash, model_text, read_model
from firstright.core.policy import Policy
from firstright.core.scoring import Scorecard
from firstright.desk.batch import Batch
from firstright.errors import Refused
from firstright.storage import audit, learned
from firstright.storage.transactions import Tx

LARGEST = 1024 * 1024  # characters of a model


class Added(msgspec.Struct, frozen=True):
    """`new` is False when this very version was added before."""

    name: str
    hash: str
    new: bool


class AddModel:
    """Adds one version. No policy changes by it: one names the version by its hash."""

    lane = "person"

    def __init__(self, model: Model, by: str) -> None:
        self.model = model
        self.by = by

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Added:
        tx, now, model = batch.tx, batch.turn.now, self.model
        digest = model_hash(model)
        new = learned.add(tx, model.name, digest, model_text(model), now, self.by)
        if new:
            said = {"name": model.name, "rows": model.training.rows, "allowed": dict(model.training.allowed)}
            audit.append(tx, batch.new_id(), now, batch.turn.n, self.by, "add-model", "model", digest, said)
        return Added(model.name, digest, new)

    def rescue(self, batch: Batch, failure: Exception) -> Added:
        raise failure


def model_of(tx: Tx, policy: Policy) -> Model | None:
    """The model its score names. LookupError for one that was never added."""
    card = policy.score
    if card is None or not card.model:
        return None
    text = learned.text_of(tx, card.model, card.model_hash)
    if text is None:
        raise LookupError(f"model {card.model} was never added in the version the policy names")
    return read_model(text)


def not_added(tx: Tx, card: Scorecard | None) -> list[str]:
    """A sentence for a model that is named and not there."""
    if card is None or not card.model or learned.text_of(tx, card.model, card.model_hash) is not None:
        return []
    return [
        f"score.model: version {card.model_hash[:12]} of {card.model} is not here: firstright score train --name {card.model}"
    ]


def judged(text: str) -> Model:
    """The model of a text that was handed in. Raises Refused for one that no training of ours wrote."""
    if len(text) > LARGEST:
        raise Refused([f"model: is longer than {LARGEST:,} characters"])
    try:
        return read_model(text)
    except ValueError as error:
        raise Refused([f"model: {error}"]) from None
