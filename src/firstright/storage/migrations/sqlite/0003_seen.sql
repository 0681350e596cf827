-- Seen: who may look, how they prove it, what each list on a screen is read from, and what was turned away at the door.

-- Nobody could sign in before this version: both tables were empty.
DROP TABLE session;
DROP TABLE user_account;

-- Who signs in to the console. rep_id is the rep they are, empty for somebody who takes no leads.
CREATE TABLE user_account (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,  -- in small letters
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  rep_id TEXT NOT NULL,
  password_hash TEXT NOT NULL,  -- argon2id; empty while invited
  state TEXT NOT NULL,  -- invited -> active <-> disabled
  created_at TEXT NOT NULL,
  password_changed_at TEXT,
  totp BLOB,  -- sealed secret of a second factor; null: none yet
  totp_step INTEGER NOT NULL,  -- the last 30 s step that was used: a code counts once
  CONSTRAINT user_email UNIQUE (email),
  CONSTRAINT role_known CHECK (role IN ('rep', 'manager', 'operations', 'admin')),
  CONSTRAINT state_known CHECK (state IN ('invited', 'active', 'disabled'))
) STRICT;

-- A signed-in browser: the digest of its token, never the token. proved_at: when its user last gave a password.
CREATE TABLE session (
  digest BLOB NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  proved_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  agent TEXT NOT NULL,  -- browser and system in a few words, for the list of one's own sessions
  CONSTRAINT session_has_user FOREIGN KEY (user_id) REFERENCES user_account (id)
) STRICT;
-- end all sessions of a user
CREATE INDEX session_of_user ON session (user_id);

-- A link that lets somebody in once: the first admin's set-up, an invitation, a forgotten password. Its digest, never the link.
CREATE TABLE door_link (
  digest BLOB NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  user_id TEXT,  -- null: whoever follows it becomes the first admin
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT,
  CONSTRAINT purpose_known CHECK (purpose IN ('set-up', 'invite', 'reset'))
) STRICT;
-- what an invited user has been given
CREATE INDEX door_link_of_user ON door_link (user_id);

-- What was turned away at the door, counted by hour and reason: nothing of it was stored as an arrival.
CREATE TABLE refusal (
  source TEXT NOT NULL,
  hour TEXT NOT NULL,
  code TEXT NOT NULL,
  pointer TEXT NOT NULL,
  reason TEXT NOT NULL,
  n INTEGER NOT NULL,
  last_at TEXT NOT NULL,
  request_id TEXT NOT NULL,  -- of the last one: it stands in the log
  PRIMARY KEY (source, hour, code, pointer)
) STRICT, WITHOUT ROWID;

-- What a source's own door needs, as JSON: a form's origins, fields and thanks.
ALTER TABLE source ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

ALTER TABLE review_item ADD COLUMN resolved_by TEXT NOT NULL DEFAULT '';
ALTER TABLE review_item ADD COLUMN note TEXT NOT NULL DEFAULT '';
-- the review queue, also what somebody has in hand
CREATE INDEX review_in_work ON review_item (due_at, id) WHERE state IN ('open', 'claimed');

-- A list of leads on a screen: what one holder has in hand, untouched first, by when the first touch is due.
CREATE INDEX lead_in_hand
  ON lead (holder_kind, holder_id, touched, expected_at, id)
  WHERE merged_into IS NULL AND outcome IN ('pending', 'owner', 'offered', 'queued', 'waiting', 'review');
-- nothing was read from it
DROP INDEX lead_by_outcome;
-- arrivals of which something could not be read, newest last
CREATE INDEX arrival_wrong ON arrival (source, id) WHERE problems <> '[]';
