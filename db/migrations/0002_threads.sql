-- What people say here: letters received, threads, their posts, votes, boosts, tombstones, and the journal.

-- What arrived, kept byte for byte; the unique pair is the mark that it was seen (R8, R19).
create table received (
  id bigint primary key,
  actor_id bigint not null references actors,
  uri text not null,
  type text not null,
  -- False for what we went out to fetch, or must not pass on: it is never announced (R50, R52).
  announceable boolean not null,
  -- Emptied when what it says was edited since, or deleted; the mark stays.
  body text not null,
  -- A post is made of it. Other marks are forgotten after 30 days.
  keep boolean not null,
  received_at timestamptz not null default now(),
  unique (uri, actor_id)
);
create index received_to_forget on received (received_at) where not keep;
-- Most letters are a little longer than what Postgres keeps in one piece by itself, and packing one by its old method costs as much as writing it.
do $$ begin
  alter table received alter column body set compression lz4;
exception when feature_not_supported then null;
end $$;

create table threads (
  -- The id of its opening post.
  id bigint primary key,
  group_id bigint not null references actors,
  title text not null check (title <> ''),
  active_at timestamptz not null,
  removed_at timestamptz
);
create index threads_by_group on threads (group_id, active_at desc, id desc) where removed_at is null;
create index threads_newest on threads (group_id, id desc) where removed_at is null;

-- A post is the opening of a thread (id = thread_id) or a reply in it.
create table posts (
  id bigint primary key,
  uri text not null unique,
  url text not null,
  thread_id bigint not null references threads,
  parent_id bigint,
  -- The reply to the opening post under which this one hangs; its own id if it is that reply. Pages are read in this order.
  branch_id bigint not null,
  author_id bigint not null references actors,
  -- The letter it is made of, written in the same transaction and kept as long as the post (received.keep).
  received_id bigint,
  object_type text not null,
  content text not null,
  warning text not null default '',
  language text,
  attachments jsonb,
  published_at timestamptz not null,
  edited_at timestamptz,
  removed_at timestamptz,
  unique (thread_id, id),
  foreign key (thread_id, parent_id) references posts (thread_id, id),
  check ((parent_id is null) = (id = thread_id))
);
-- Each needs the other: a thread comes first, and its opening post before the transaction ends.
alter table threads add foreign key (id) references posts deferrable initially deferred;
create index posts_in_reading_order on posts (thread_id, branch_id, id);
create index posts_by_author on posts (author_id, id desc);
create index posts_by_parent on posts (parent_id) where parent_id is not null;

-- One vote, up or down, and one reaction of each emoji, per actor and post.
create table votes (
  post_id bigint not null references posts,
  actor_id bigint not null references actors,
  kind text not null check (kind in ('up', 'down', 'reaction')),
  emoji text not null default '',
  uri text not null,
  cast_at timestamptz not null default now(),
  primary key (post_id, actor_id, emoji),
  check ((kind = 'reaction') = (emoji <> ''))
);
create index votes_by_actor on votes (actor_id);

create table boosts (
  post_id bigint not null references posts,
  actor_id bigint not null references actors,
  uri text not null,
  boosted_at timestamptz not null default now(),
  primary key (post_id, actor_id)
);
create index boosts_by_actor on boosts (actor_id);

-- What was deleted by whom, so that it stays deleted, also when the deletion arrives first (R25).
create table tombstones (
  uri text not null,
  owner_uri text not null,
  buried_at timestamptz not null default now(),
  primary key (uri, owner_uri)
);

-- What happened here, in order. Lines are never changed, and stand on their own: what they name may be gone.
create table journal (
  id bigint primary key,
  kind text not null,
  at timestamptz not null default now(),
  group_id bigint,
  actor_id bigint,
  thread_id bigint,
  post_id bigint,
  data jsonb not null default '{}'
);
