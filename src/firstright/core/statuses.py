"""The names: statuses of a lead in their order, and the shipped reasons to disqualify one. Words only; what they mean is
`pipeline` and `status`."""

ON_THE_WAY = (
    "new",
    "needs-enrichment",
    "routed",
    "attempted-contact",
    "contacted",
    "qualified",
    "scheduled",
    "won",
)  # in this order: what is required by one of them is by every later one
ASIDE = ("nurture", "disqualified", "lost", "support", "partner")  # each asks for its own only
STATUSES = (*ON_THE_WAY, *ASIDE)
# What somebody may say of a lead that is closed; that it is no fit says nothing, so it is not among them.
DISQUALIFIED = (
    "no-need",
    "no-budget",
    "no-authority",
    "no-timeline",
    "chose-another",
    "unreachable",
    "wrong-product",
    "wrong-territory",
    "not-a-customer",
    "duplicate",
)
