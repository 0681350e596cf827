"""What leaves the house: one delivery, one attempt, one result. It knows no database, no policy and no clock; it never tries
twice by itself, never follows a redirect, and never talks to an address that the egress policy does not permit.

Read `channel` first, then `egress` (where may we connect), `http` (the one client), and a channel each: `webhook`, `slack`,
`email`. `schedule` says when to try again, and does not try.
"""
