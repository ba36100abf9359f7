-- What people here write, and what is done with a thread: kinds, topics, edits, mentions, answers, pins, locks, drafts.

alter table threads
  add column kind text not null default 'discussion' check (kind in ('discussion', 'question', 'story', 'how-to', 'request', 'link', 'announcement', 'poll')),
  -- What a thread of the kind `link` is about.
  add column link_url text,
  add column pinned_at timestamptz,
  add column locked_at timestamptz,
  -- A facilitator gave it another title than its author: edits of the opening leave that alone.
  add column retitled_at timestamptz,
  -- The community it was moved from, last.
  add column moved_from_id bigint references actors;
create index threads_pinned on threads (group_id, pinned_at) where pinned_at is not null and removed_at is null;
create index threads_by_kind on threads (group_id, kind, id desc) where removed_at is null;

-- The Markdown of what was written here; null for what came from elsewhere.
alter table posts add column source text;
-- Who took it away, when that was not its author.
alter table posts add column removed_by bigint references actors;

create table thread_topics (
  thread_id bigint not null references threads on delete cascade,
  topic_id bigint not null references topics on delete cascade,
  primary key (thread_id, topic_id)
);
create index thread_topics_by_topic on thread_topics (topic_id, thread_id desc);

-- What a post said before it was edited; removed with the post.
create table post_edits (
  post_id bigint not null references posts,
  edited_at timestamptz not null,
  title text,
  content text not null,
  source text,
  warning text not null default '',
  primary key (post_id, edited_at)
);

-- The people whom a post of ours names, to whom it goes directly.
create table mentions (
  post_id bigint not null references posts on delete cascade,
  actor_id bigint not null references actors,
  primary key (post_id, actor_id)
);
create index mentions_by_actor on mentions (actor_id, post_id desc);

-- One form is one post, however often it is sent (a double click, the back button).
create table submissions (
  actor_id bigint not null references actors,
  key text not null,
  post_id bigint not null references posts,
  at timestamptz not null default now(),
  primary key (actor_id, key)
);
create index submissions_by_time on submissions (at);

-- What was typed and not sent yet, and what was sent after the session had ended (then nobody's until they sign in).
create table drafts (
  token text primary key,
  actor_id bigint references actors on delete cascade,
  -- The page it belongs to, such as `/c/welding/new`.
  path text not null,
  fields jsonb not null,
  saved_at timestamptz not null default now()
);
create unique index drafts_by_actor on drafts (actor_id, path) where actor_id is not null;
create index drafts_by_time on drafts (saved_at);

create table accepted_answers (
  thread_id bigint not null references threads,
  post_id bigint not null references posts,
  accepted_by bigint not null references actors,
  accepted_at timestamptz not null default now(),
  primary key (thread_id, post_id)
);

-- "Worked for me too."
create table worked (
  post_id bigint not null references posts,
  actor_id bigint not null references actors,
  at timestamptz not null default now(),
  primary key (post_id, actor_id)
);
