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
  check (kind in ('mention', 'reply', 'answer-accepted', 'join-request', 'joined', 'welcome', 'account-request', 'thread', 'invitation'));
