"""Handoffs that several rooms and stories play with: to an account executive with notes, to support, to a partner."""

TO_AE = """
[pools.ae]
name = "Account executives"
calendar = "berlin"

[handoffs.to-ae]
kind = "sales"
to = { pool = "ae" }
accept = "30min"
notes = ["asked", "next_step"]
giver = "sdr"
taker = "ae"
"""
HELP = """
[handoffs.help]
kind = "support"
"""
ROBOTIX = """
[handoffs.robotix]
kind = "partner"
to = { partner = "robotix" }
accept = "2d"
share = ["company", "country"]

[subscribers.robotix]
channel = "webhook"
events = ["partner.shared", "partner.recalled"]
"""
DESK = """
[subscribers.desk]
channel = "webhook"
events = ["ticket.opened"]
"""
