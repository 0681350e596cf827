"""Reads the model a policy's score names, where a command decides from files alone."""

from firstright.cli.exits import Stop
from firstright.cli.files import read_text
from firstright.cli.screen import safe
from firstright.core.learned import Model, model_hash, read_model
from firstright.core.policy import Policy


def model_for(policy: Policy, file: str) -> Model | None:
    """Stop where it is missing, cannot be read, or is another version than the policy names."""
    card = policy.score
    if card is None or not card.model:
        if file:
            raise Stop(f"--model {safe(file)}: the policy names no model")
        return None
    if not file:
        raise Stop(f"the policy names the model {card.model}: give its file with --model FILE.json")
    try:
        found = read_model(read_text(file, "model"))
    except ValueError as error:
        raise Stop(f"{safe(file)}: {error}") from None
    if (found.name, model_hash(found)) != (card.model, card.model_hash):
        raise Stop(
            f"{safe(file)}: is another version than the policy names ({card.model} {card.model_hash[:12]})"
        )
    return found
