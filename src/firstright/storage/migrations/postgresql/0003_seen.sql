-- Seen: who may look, how they prove it, what each list on a screen is read from, and what was turned away at the door.

-- Nobody could sign in before this version: both tables were empty.
DROP TABLE session;
DROP TABLE user_account;

-- Who signs in to the console. rep_id is the rep they are, empty for somebody who takes no leads.
CREATE TABLE user_account (
  id uuid NOT NULL PRIMARY KEY,
  email text NOT NULL,  -- in small letters
  name text NOT NULL,
  role text NOT NULL,
  rep_id text NOT NULL,
  password_hash text NOT NULL,  -- argon2id; empty while invited
  state text NOT NULL,  -- invited -> active <-> disabled
  created_at timestamptz NOT NULL,
  password_changed_at timestamptz,
  totp bytea,  -- sealed secret of a second factor; null: none yet
  totp_step bigint NOT NULL,  -- the last 30 s step that was used: a code counts once
  CONSTRAINT user_email UNIQUE (email),
  CONSTRAINT role_known CHECK (role IN ('rep', 'manager', 'operations', 'admin')),
  CONSTRAINT state_known CHECK (state IN ('invited', 'active', 'disabled'))
);

-- A signed-in browser: the digest of its token, never the token. proved_at: when its user last gave a password.
CREATE TABLE session (
  digest bytea NOT NULL PRIMARY KEY,
  user_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  proved_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  agent text NOT NULL,  -- browser and system in a few words, for the list of one's own sessions
  CONSTRAINT session_has_user FOREIGN KEY (user_id) REFERENCES user_account (id)
);
-- end all sessions of a user
CREATE INDEX session_of_user ON session (user_id);

-- A link that lets somebody in once: the first admin's set-up, an invitation, a forgotten password. Its digest, never the link.
CREATE TABLE door_link (
  digest bytea NOT NULL PRIMARY KEY,
  purpose text NOT NULL,
  user_id uuid,  -- null: whoever follows it becomes the first admin
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CONSTRAINT purpose_known CHECK (purpose IN ('set-up', 'invite', 'reset'))
);
-- what an invited user has been given
CREATE INDEX door_link_of_user ON door_link (user_id);

-- What was turned away at the door, counted by hour and reason: nothing of it was stored as an arrival.
CREATE TABLE refusal (
  source text NOT NULL,
  hour timestamptz NOT NULL,
  code text NOT NULL,
  pointer text NOT NULL,
  reason text NOT NULL,
  n bigint NOT NULL,
  last_at timestamptz NOT NULL,
  request_id text NOT NULL,  -- of the last one: it stands in the log
  PRIMARY KEY (source, hour, code, pointer)
);

-- What a source's own door needs, as JSON: a form's origins, fields and thanks.
ALTER TABLE source ADD COLUMN settings text NOT NULL DEFAULT '{}';

ALTER TABLE review_item ADD COLUMN resolved_by text NOT NULL DEFAULT '';
ALTER TABLE review_item ADD COLUMN note text NOT NULL DEFAULT '';
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
