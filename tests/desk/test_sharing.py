"""What a partner is told when a lead is shared: the facts that are named, a page to answer on, and nothing of who has it."""

import json

from desk.office import office, owner
from desk.postroom import SENT, PostRoom
from desk.test_handover import RULES, TEAM
from firstright.desk.delivered import Ended
from firstright.desk.delivering import ClaimDeliveries
from firstright.desk.handover import HandOver, TakeBack
from firstright.desk.links import SHARING, named
from firstright.storage import meetings, offers

SITE = "https://ours.example"


def bodies(room: PostRoom) -> dict[str, dict[str, object]]:
    """What robotix is sent, by event, as JSON."""
    out = room.office.desk.writer.submit(ClaimDeliveries(64, "claim", f"{SITE}/leads/", SITE)).result()
    room.record(*[Ended(each, SENT) for each in out])
    found = [json.loads(each.message.body) for each in out if each.place.name == "webhook:robotix"]
    return {str(each["type"]): each["data"] for each in found}


def test_a_partner_is_told_what_is_shared_and_a_page_to_answer_on(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, TEAM)
        room = PostRoom(here)
        room.register("webhook:robotix")
        told = here.send("mara", company="Mara GmbH", message="Secret")
        by = owner(told)
        here.desk.act(HandOver(str(told["lead"]), by, "robotix"))
        data = bodies(room)["partner.shared"]
        lead = data["lead"]
        assert isinstance(lead, dict)
        assert lead["facts"] == {"company": "Mara GmbH", "country": "DE"}
        assert (lead["owner"], lead["previous_owner"], lead["rule"], data["by"]) == (None, None, None, None)
        assert lead["holder"] == {"kind": "none", "id": None}
        assert by not in json.dumps(data)
        with here.desk.read() as tx:
            offer = offers.open_of(tx, str(told["lead"]))
            assert offer is not None
            assert offer.expires_at is not None
            page = str(data["answer"])
            assert named(meetings.secret(tx), page.removeprefix(f"{SITE}/p/"), SHARING) == offer.id
        assert data["due"] == offer.expires_at.isoformat().replace("+00:00", "Z")
        here.desk.act(TakeBack(str(told["lead"]), by))
        room.wait(minutes=1)
        assert bodies(room)["partner.recalled"]["answer"] is None
