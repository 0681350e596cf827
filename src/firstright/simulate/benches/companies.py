"""Made-up companies by number, and what people make of their names: the same for everybody, every time. Words are as
frequent as in real registers: a few in every tenth name, most in one."""

from firstright.core.lead import Value

VOCABULARY = 200_000  # made-up words, by Zipf
_ONSETS = ("b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "w", "z")  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io", "or", "an", "en", "in", "er", "al")
_ENDS = (
    "x",
    "n",
    "r",
    "s",
    "t",
    "ck",
    "ll",
    "nd",
    "ra",
    "co",
    "na",
    "tis",
    "vex",
    "ron",
    "lo",
    "ma",
    "ta",
    "",
)
_TRADES = (
    "Systems", "Technologies", "Solutions", "Services", "Group", "Industries", "Partners", "Holdings", "Logistics",
    "Consulting", "Software", "Energy", "Foods", "Construction", "Engineering", "Medical", "Capital", "Media", "Motors",
    "Properties", "Insurance", "International", "Global", "Manufacturing", "Supply", "Design", "Electronics", "Trading",
)  # fmt: skip
_FORMS = ("Inc.", "LLC", "Ltd", "GmbH", "Corp.", "AG", "S.A.", "B.V.", "Co.", "plc", "", "", "")
_CITIES = (
    "Austin", "Berlin", "Boston", "Chicago", "Dallas", "Denver", "Hamburg", "Houston", "Leeds", "London", "Lyon", "Madrid",
    "Miami", "Milan", "Munich", "Nantes", "Oslo", "Paris", "Phoenix", "Porto", "Rotterdam", "Seattle", "Vienna", "Zurich",
)  # fmt: skip
_SHORT = {
    "Technologies": "Tech", "International": "Intl", "Manufacturing": "Mfg", "Group": "Grp", "Systems": "Sys",
    "Services": "Svcs", "Holdings": "Hldgs", "Engineering": "Eng", "Solutions": "Solns", "Industries": "Inds",
}  # fmt: skip
_MASK = (1 << 64) - 1


def drawn(*numbers: int) -> int:
    """64 bits that depend on these numbers alone (splitmix64)."""
    state = 0x9E3779B97F4A7C15
    for number in numbers:
        state = (state + number * 0xBF58476D1CE4E5B9 + 0x9E3779B97F4A7C15) & _MASK
        state ^= state >> 30
        state = state * 0xBF58476D1CE4E5B9 & _MASK
        state ^= state >> 27
        state = state * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


def _word(number: int) -> str:
    """The made-up word of that rank: two syllables or three, and an end."""
    bits = drawn(1, number)
    text = ""
    for _ in range(2 + bits % 2):
        bits >>= 5
        text += _ONSETS[bits % len(_ONSETS)] + _VOWELS[(bits >> 7) % len(_VOWELS)]
        bits >>= 9
    return (text + _ENDS[bits % len(_ENDS)]).capitalize()


def _ranked(bits: int) -> int:
    """A rank: few words are frequent, and most names have one that is rare."""
    share = (bits & 0xFFFFFFFF) / 2**32
    return int(VOCABULARY ** (share**0.5))


def company(number: int) -> str:
    """The name of that company, as its register has it."""
    bits = drawn(2, number)
    words = [_word(_ranked(drawn(3, number)))]
    shape = bits % 10
    if shape < 6:
        words.append(_word(_ranked(drawn(4, number)) * 7 % VOCABULARY))
    if shape in (1, 2):
        words.insert(1, "&")
    elif shape > 3:
        words.append(_TRADES[(bits >> 8) % len(_TRADES)])
    form = _FORMS[(bits >> 16) % len(_FORMS)]
    return " ".join([*words, form]).strip()


def facts(number: int) -> dict[str, Value]:
    """What the CRM knows of it beside its name."""
    bits = drawn(5, number)
    city = _CITIES[bits % len(_CITIES)]
    found: dict[str, Value] = {"city": city, "postcode": f"{10_000 + (bits >> 8) % 89_999}"}
    if bits >> 40 & 1:
        found["phone"] = f"+1415{2_000_000 + number % 7_999_999}"
    return found


def asked(number: int, turn: int) -> dict[str, Value]:
    """The same company as somebody writes it into a form: one or two things are different, and three of four give a
    postcode or a telephone."""
    name = company(number)
    bits = drawn(6, number, turn)
    for step in range(1 + bits % 2):
        name = _rewritten(name, drawn(7, number, turn, step))
    known = facts(number)
    given: dict[str, Value] = {"company": name}
    match (bits >> 8) % 4:
        case 0:
            pass
        case 1:
            given["city"], given["postcode"] = known["city"], known["postcode"]
        case 2:
            given["postcode"] = known["postcode"]
        case _:
            given.update(known)
    return given


def _rewritten(name: str, bits: int) -> str:
    words = name.split()
    at = (bits >> 16) % len(words)
    kind = bits % 8
    if kind == 0:  # no legal form, no marks
        return " ".join(word for word in words if word not in _FORMS).replace("&", "and")
    if kind == 1:
        return name.upper()
    if kind == 2:
        return " ".join(_SHORT.get(word, word) for word in words)
    if kind == 3 and len(words) > 2:  # the trade is left out
        return " ".join(word for word in words if word not in _TRADES)
    if kind == 4 and len(words) > 1:
        return " ".join([*words[1:2], words[0], *words[2:]]) if "&" not in words else name.replace("&", "and")
    if kind == 5:
        return f"The {name}"
    word = words[at] if len(words[at]) > 4 else max(words, key=len)
    return name.replace(word, _slip(word, bits >> 24), 1)


def _slip(word: str, bits: int) -> str:
    """A letter swapped with its neighbour, left out, doubled, or another one."""
    at = 1 + (bits >> 8) % max(1, len(word) - 2)
    match bits % 4:
        case 0:
            return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + "aeiounrst"[(bits >> 20) % 9] + word[at + 1 :]


def stranger(number: int) -> dict[str, Value]:
    """Somebody who is in no base: a company of a number nobody gave an account."""
    beyond = 10**9 + number
    return {"company": company(beyond), **facts(beyond)}
