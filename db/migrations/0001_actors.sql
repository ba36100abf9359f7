-- Who there is: this server, its peers, the actors on both, their keys, and who follows what.

create table instance (
  only_row boolean primary key default true check (only_row),
  origin text not null,
  created_at timestamptz not null default now()
);

-- A peer is another server, known by its host (with port, where it has one).
create table peers (
  id bigint primary key,
  host text not null unique check (host = lower(host)),
  software text,
  version text,
  described_at timestamptz,
  -- The shape of our announcements it understands: whole activities (FEP-1b12) or plain boosts.
  dialect text not null default 'microblog' check (dialect in ('forum', 'microblog')),
  signature_style text not null default 'cavage' check (signature_style in ('cavage', 'rfc9421')),
  -- The breaker: consecutive failures, since when, and when to knock again.
  failures integer not null default 0 check (failures >= 0),
  failing_since timestamptz,
  retry_at timestamptz not null default '-infinity',
  last_error text,
  last_sent_at timestamptz,
  last_heard_at timestamptz,
  blocked_at timestamptz,
  first_seen_at timestamptz not null default now()
);

-- An inbox is a place to post letters to: the shared inbox where an actor names one. One lane of delivery each.
create table inboxes (
  id integer primary key generated always as identity,
  uri text not null unique,
  peer_id bigint not null references peers,
  leased_by smallint,
  leased_until timestamptz not null default '-infinity',
  -- Days (not attempts) on which it answered 404 or 410; the third drops its followers.
  gone_days smallint not null default 0,
  gone_on date
-- A lease is written in place, without a new entry in any index: room is left for it in each page.
) with (fillfactor = 70);
create index inboxes_by_peer on inboxes (peer_id);

create table actors (
  id bigint primary key,
  uri text not null unique,
  -- Null: an actor of this server.
  peer_id bigint references peers,
  kind text not null check (kind in ('person', 'group', 'service', 'application', 'organization')),
  username text not null check (username <> ''),
  name text not null default '',
  summary text not null default '',
  url text not null,
  icon_url text,
  inbox_id integer references inboxes,
  followers_uri text,
  moved_to text,
  moved_at timestamptz,
  gone_at timestamptz,
  fetched_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((peer_id is null) = (inbox_id is null))
);
-- One namespace for people and communities of this server.
create unique index actors_local_name on actors (lower(username)) where peer_id is null;
create index actors_by_peer on actors (peer_id);
create index actors_by_inbox on actors (inbox_id);

create table actor_keys (
  uri text primary key,
  actor_id bigint not null references actors on delete cascade,
  algorithm text not null check (algorithm in ('rsa', 'ed25519')),
  public_key bytea not null,
  -- AES-256-GCM over PKCS#8; only for actors of this server.
  sealed_private_key bytea,
  created_at timestamptz not null default now()
);
create index actor_keys_by_actor on actor_keys (actor_id);

create table communities (
  actor_id bigint primary key references actors,
  summary_source text not null default ''
);

-- A follow is a membership. group_id is a community here or a Group elsewhere that somebody here follows.
create table memberships (
  group_id bigint not null references actors,
  actor_id bigint not null references actors,
  state text not null check (state in ('pending', 'accepted')),
  role text not null default 'member' check (role in ('newcomer', 'member', 'steward', 'facilitator')),
  follow_uri text not null,
  requested_at timestamptz not null default now(),
  accepted_at timestamptz,
  primary key (group_id, actor_id),
  check ((state = 'accepted') = (accepted_at is not null))
);
create index memberships_by_actor on memberships (actor_id);

-- The distinct inboxes of a group's accepted members, so that planning a delivery never reads the members themselves.
create table audience (
  group_id bigint not null references actors,
  inbox_id integer not null references inboxes,
  members integer not null check (members > 0),
  primary key (group_id, inbox_id)
);

create function audience_add(g bigint, i integer, n integer) returns void language plpgsql as $$
begin
  if i is null or n = 0 then return; end if;
  if n > 0 then
    insert into audience (group_id, inbox_id, members) values (g, i, n)
    on conflict (group_id, inbox_id) do update set members = audience.members + n;
  else
    delete from audience where group_id = g and inbox_id = i and members <= -n;
    if not found then
      update audience set members = members + n where group_id = g and inbox_id = i;
    end if;
  end if;
end $$;

create function memberships_keep_audience() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.state = 'accepted' then
    perform audience_add(old.group_id, (select inbox_id from actors where id = old.actor_id), -1);
  end if;
  if tg_op <> 'DELETE' and new.state = 'accepted' then
    perform audience_add(new.group_id, (select inbox_id from actors where id = new.actor_id), 1);
  end if;
  return null;
end $$;
create trigger memberships_audience after insert or delete or update of state on memberships
  for each row execute function memberships_keep_audience();

create function actors_keep_audience() returns trigger language plpgsql as $$
begin
  perform audience_add(m.group_id, old.inbox_id, -1), audience_add(m.group_id, new.inbox_id, 1)
    from memberships m where m.actor_id = new.id and m.state = 'accepted';
  return null;
end $$;
create trigger actors_audience after update of inbox_id on actors
  for each row when (old.inbox_id is distinct from new.inbox_id) execute function actors_keep_audience();
