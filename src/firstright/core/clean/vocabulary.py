"""The short lists of values that facts found by cleaning can have. Words only: nothing is read or compared here."""

EMAIL_KINDS = ("business", "free", "disposable", "role")
PHONE_KINDS = ("mobile", "fixed", "fixed-or-mobile", "toll-free", "premium", "voip", "other")
EMPLOYEES = ("1", "2-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001-10000", "10001+")
REVENUE = ("<1M", "1M-10M", "10M-50M", "50M-250M", "250M-1B", "1B+")
SENIORITIES = ("owner", "c-level", "vp", "director", "manager", "staff", "junior", "student")  # highest first
FUNCTIONS = (
    "executive", "sales", "marketing", "it", "engineering", "product", "finance", "hr", "operations", "procurement", "legal",
    "support", "research", "education", "other",
)  # fmt: skip
TIMELINES = (
    "now",
    "quarter",
    "half-year",
    "year",
    "none",
)  # within a month, within three ...; none: they have none
AUTHORITIES = ("decides", "influences", "uses")
CHANNELS = (
    "paid-search", "organic-search", "paid-social", "social", "email", "display", "affiliate", "referral", "ai-assistant",
    "video", "partner", "event", "chat", "phone", "direct", "internal", "other",
)  # fmt: skip
