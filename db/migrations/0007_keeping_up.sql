-- What somebody is told, what they have read, what they follow, and how everything is found again.

create table notifications (
  id bigint primary key,
  -- Who is told.
  actor_id bigint not null references accounts on delete cascade,
  kind text not null check (kind in ('mention', 'reply', 'answer-accepted', 'join-request', 'joined', 'welcome', 'account-request', 'thread')),
  from_id bigint references actors,
  group_id bigint references actors,
  thread_id bigint references threads,
  post_id bigint references posts,
  at timestamptz not null default now(),
  read_at timestamptz,
  mailed_at timestamptz
);
create index notifications_by_actor on notifications (actor_id, id desc);
create index notifications_unread on notifications (actor_id, id) where read_at is null;
-- One line about one thing, however often it is done and undone.
create unique index notifications_once on notifications (actor_id, kind, post_id, from_id) where post_id is not null;

-- Follow: told of every reply. Mute: told of none.
create table thread_subscriptions (
  actor_id bigint not null references accounts on delete cascade,
  thread_id bigint not null references threads on delete cascade,
  level text not null check (level in ('follow', 'mute')),
  primary key (actor_id, thread_id)
);
create index thread_subscriptions_by_thread on thread_subscriptions (thread_id);

-- How far somebody has read a thread.
create table thread_reads (
  actor_id bigint not null references accounts on delete cascade,
  thread_id bigint not null references threads on delete cascade,
  -- The newest post they have seen.
  post_id bigint not null,
  read_at timestamptz not null default now(),
  primary key (actor_id, thread_id)
);

-- The words of what was said, kept beside it and brought up to date in the background: what is written need not wait for it.
create table search_entries (
  post_id bigint primary key references posts on delete cascade,
  thread_id bigint not null,
  group_id bigint not null,
  author_id bigint not null,
  words tsvector not null
);
create index search_entries_words on search_entries using gin (words) with (fastupdate = on);
create index search_entries_by_group on search_entries (group_id, post_id desc);

-- How far the journal has been read for it.
create table search_progress (
  only_row boolean primary key default true check (only_row),
  journal_id bigint not null
);
insert into search_progress (journal_id) values (0);

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create index actors_by_likeness on actors using gin ((lower(username || ' ' || name)) gin_trgm_ops) where gone_at is null;
