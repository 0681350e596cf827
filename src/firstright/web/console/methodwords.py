"""The words of the methods on pages: how a pool gives, and why somebody got a lead, or did not, by what the method compares."""

from firstright.core.pools import Measure, Method

BY = {
    Method.CREDIT: "by credit",
    Method.SEQUENCE: "one after another",
    Method.LEAST_RECENT: "to whoever has waited longest",
    Method.EQUAL_COUNT: "equal counts",
    Method.LOAD: "by load",
    Method.BEST_FIT: "to the best fit",
    Method.SOONEST: "to whoever is there soonest",
    Method.PERFORMANCE: "by performance",
    Method.PULL: "claimed from a queue",
}
LOADS = {
    Measure.LEADS: "open leads",
    Measure.COST: "leads, by cost",
    Measure.TASKS: "open tasks",
    Measure.QUEUE: "leads not answered",
    Measure.FIELD: "{field} in all",
}
# Of one lead: why it was theirs, and why it was another's.
WON = {
    Method.CREDIT: "It was {whose} turn",
    Method.SEQUENCE: "{They} were next in the order",
    Method.LEAST_RECENT: "Nobody there had waited longer",
    Method.EQUAL_COUNT: "{They} had the fewest in this period",
    Method.LOAD: "{They} had the most room",
    Method.BEST_FIT: "Nobody fitted it better",
    Method.SOONEST: "Nobody was there sooner",
    Method.PERFORMANCE: "It was {whose} turn",
    Method.PULL: "{They} took it",
}
LOST = {
    Method.CREDIT: "It was the turn of {winner}",
    Method.SEQUENCE: "{winner} was next in the order",
    Method.LEAST_RECENT: "{winner} had waited longer",
    Method.EQUAL_COUNT: "{winner} had fewer in this period, for their weight",
    Method.LOAD: "{winner} had more room",
    Method.BEST_FIT: "{winner} fitted better, or as well and it was their turn",
    Method.SOONEST: "{winner} was there sooner, or as soon and it was their turn",
    Method.PERFORMANCE: "It was the turn of {winner}",
    Method.PULL: "{winner} took it",
}
