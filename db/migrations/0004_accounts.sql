-- People of this server: their accounts, how they sign in, who let them in, their mail, and what they say about themselves.

-- What its owner decides about this server.
alter table instance
  add column name text not null default '',
  add column registration text not null default 'approval' check (registration in ('closed', 'invitation', 'approval', 'open')),
  add column registration_question text not null default '',
  -- Who may found a community.
  add column founding text not null default 'members' check (founding in ('administrators', 'members'));

-- What is left of a name when look-alikes are made equal ("he11o_" and "hello"): unique among names of this server (R62).
create function name_skeleton(name text) returns text language sql immutable strict parallel safe
  return replace(replace(translate(replace(lower(name), '_', ''), '01i5', 'olls'), 'rn', 'm'), 'vv', 'w');
create unique index actors_local_skeleton on actors (name_skeleton(username)) where peer_id is null;

create table accounts (
  actor_id bigint primary key references actors,
  role text not null default 'member' check (role in ('owner', 'administrator', 'member')),
  -- `asked` waits for approval; `suspended` may not sign in; `closed` is gone for good.
  state text not null check (state in ('asked', 'active', 'suspended', 'closed')),
  email text check (email <> ''),
  email_confirmed_at timestamptz,
  -- Self-describing (`$argon2id$…`); null: signs in by passkey only, or has not chosen one yet.
  password_hash text,
  -- AES-256-GCM; a second factor counts once it was confirmed.
  sealed_totp_secret bytea,
  totp_confirmed_at timestamptz,
  -- The time step of the last code that was taken: none is taken twice.
  totp_last_step bigint not null default 0,
  -- What they answered to the question of registration, and by which invitation they came.
  answer text not null default '',
  invitation_id bigint,
  language text,
  time_zone text,
  appearance text not null default 'auto' check (appearance in ('auto', 'light', 'dark')),
  mail_rhythm text not null default 'daily' check (mail_rhythm in ('at-once', 'daily', 'weekly', 'never')),
  last_digest_at timestamptz,
  created_at timestamptz not null default now(),
  approved_at timestamptz,
  seen_at timestamptz,
  check ((sealed_totp_secret is not null) or (totp_confirmed_at is null))
);
create unique index accounts_email on accounts (lower(email)) where email is not null and state <> 'closed';
create index accounts_asked on accounts (created_at) where state = 'asked';

create table recovery_codes (
  actor_id bigint not null references accounts on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (actor_id, code_hash)
);

create table passkeys (
  -- The credential's id, base64url.
  id text primary key,
  actor_id bigint not null references accounts on delete cascade,
  public_key bytea not null,
  counter bigint not null default 0,
  transports text[] not null default '{}',
  name text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz
);
create index passkeys_by_actor on passkeys (actor_id);

-- A session is known by the hash of an opaque random value that only the browser holds (R39).
create table sessions (
  id bigint primary key,
  token_hash bytea not null unique,
  actor_id bigint not null references accounts on delete cascade,
  -- When the second factor (or a passkey, which is both) was shown in this session.
  second_factor_at timestamptz,
  address text not null default '',
  user_agent text not null default '',
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
create index sessions_by_actor on sessions (actor_id);

create table sign_in_attempts (
  id bigint primary key,
  -- Null: no account of that name.
  actor_id bigint references accounts on delete cascade,
  address text not null,
  user_agent text not null default '',
  outcome text not null check (outcome in ('signed-in', 'wrong', 'second-factor-wrong', 'limited')),
  at timestamptz not null default now()
);
create index sign_in_attempts_by_actor on sign_in_attempts (actor_id, at desc);
create index sign_in_attempts_by_address on sign_in_attempts (address, at desc);

-- Single use of what is signed and handed out: the `jti` of a token that was used (kept until it would have expired).
create table used_tokens (
  jti text primary key,
  expires_at timestamptz not null
);

create table invitations (
  id bigint primary key,
  -- A community that whoever comes by it joins, and as what.
  group_id bigint references actors,
  role text not null default 'member' check (role in ('member', 'steward', 'facilitator')),
  uses_left integer not null check (uses_left >= 0),
  note text not null default '',
  created_by bigint not null references actors,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
alter table accounts add foreign key (invitation_id) references invitations;
create index invitations_by_group on invitations (group_id);

-- What people say about themselves and what they do; plain text but for the bio, which is Markdown.
create table profiles (
  actor_id bigint primary key references accounts on delete cascade,
  bio_source text not null default '',
  does text not null default '',
  helps_with text[] not null default '{}',
  wants_to_learn text[] not null default '{}',
  languages text[] not null default '{}',
  -- [{ "label": …, "url": …, "verifiedAt": … or null }]: verified when the page links back with rel="me".
  links jsonb not null default '[]',
  also_known_as text[] not null default '{}'
);

-- Whom and which servers somebody does not want to see or hear from.
create table blocks (
  actor_id bigint not null references accounts on delete cascade,
  blocked_id bigint references actors,
  blocked_host text,
  created_at timestamptz not null default now(),
  check ((blocked_id is null) <> (blocked_host is null))
);
create unique index blocks_of_people on blocks (actor_id, blocked_id) where blocked_id is not null;
create unique index blocks_of_hosts on blocks (actor_id, blocked_host) where blocked_host is not null;

-- Mail on its way. Without a mail server it stays here, where the owner reads it on the site.
create table mails (
  id bigint primary key,
  to_address text not null,
  actor_id bigint references actors,
  purpose text not null,
  subject text not null,
  text_body text not null,
  -- Further headers, such as List-Unsubscribe.
  headers jsonb not null default '{}',
  attempts smallint not null default 0,
  due_at timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  failed_at timestamptz
);
create index mails_waiting on mails (due_at) where sent_at is null and failed_at is null;

-- Pictures that people here put in: made anew from their pixels, so that nothing else of the file is kept (R71).
create table media (
  id bigint primary key,
  owner_id bigint not null references actors,
  purpose text not null check (purpose in ('avatar', 'community', 'post')),
  media_type text not null,
  width integer not null,
  height integer not null,
  description text not null default '',
  content bytea not null,
  created_at timestamptz not null default now(),
  -- What is put in and never used is cleared away.
  used_at timestamptz
);
alter table media alter column content set storage external;
create index media_unused on media (created_at) where used_at is null;

-- Every privileged act, by whom and upon what; only ever added to (R43).
create table audit (
  id bigint primary key,
  at timestamptz not null default now(),
  actor_id bigint,
  act text not null,
  group_id bigint,
  subject_id bigint,
  data jsonb not null default '{}'
);
create index audit_by_group on audit (group_id, id desc);
