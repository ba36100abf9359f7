-- What people are told of, and what not: blocks that reach the servers under a name.

-- All names of which a block reaches a server: its host, and without its port that and every name above it (R46).
create function host_names(host text) returns text[] language sql immutable strict parallel safe
  return array[host] || array(
    select array_to_string(labels[i:], '.') from string_to_array(split_part(host, ':', 1), '.') as labels, generate_series(1, cardinality(labels)) as i);

-- People of this server whom a facilitator has asked into a community: one row each, whatever comes of it. Whoever joins, by whatever way, has none.
create table invited (
  group_id bigint not null references communities,
  actor_id bigint not null references accounts on delete cascade,
  invited_by bigint not null references actors,
  invited_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  declined_at timestamptz,
  primary key (group_id, actor_id)
);
create index invited_by_actor on invited (actor_id);
create index invited_by_inviter on invited (invited_by, invited_at);

alter table notifications drop constraint notifications_kind_check;
alter table notifications add constraint notifications_kind_check
  check (kind in ('mention', 'reply', 'answer-accepted', 'join-request', 'joined', 'welcome', 'account-request', 'thread', 'poll', 'invitation'));

-- The key pair by which push services know this server (RFC 8292), made at first use.
alter table instance
  add column push_public_key text,
  -- AES-256-GCM.
  add column sealed_push_key bytea,
  add check ((push_public_key is null) = (sealed_push_key is null));

-- Browsers that are told at once, also while no page is open. Each ends with the session that it was added in.
create table push_devices (
  id bigint primary key,
  actor_id bigint not null references accounts on delete cascade,
  session_id bigint not null references sessions on delete cascade,
  -- SHA-256 of the address at its push service, which is known to nobody else.
  endpoint_hash bytea not null unique,
  -- The address and the keys of the browser, AES-256-GCM.
  sealed bytea not null,
  created_at timestamptz not null default now()
);
create index push_devices_by_actor on push_devices (actor_id);
create index push_devices_by_session on push_devices (session_id);

-- What is still to be told to a device; gone once it was, or is no use any more.
create table pushes (
  notification_id bigint not null references notifications on delete cascade,
  device_id bigint not null references push_devices on delete cascade,
  attempts smallint not null default 0,
  due_at timestamptz not null default now(),
  primary key (notification_id, device_id)
);
create index pushes_by_device on pushes (device_id);
create index pushes_due on pushes (due_at);

-- Whatever is told somebody, by whatever statement, is told to their devices as well.
create function notifications_push() returns trigger language plpgsql as $$
begin
  insert into pushes (notification_id, device_id)
    select t.id, d.id from told t join push_devices d on d.actor_id = t.actor_id;
  return null;
end $$;
create trigger notifications_push after insert on notifications
  referencing new table as told for each statement execute function notifications_push();
