-- What goes out: each activity once, and one narrow row for each inbox it is owed to.

create table activities (
  id bigint primary key,
  -- Whose key signs the request.
  actor_id bigint not null references actors,
  body text not null
-- They are not kept for long: up to a page's size they are not packed at all.
) with (toast_tuple_target = 8160);

-- Read lane by lane (an inbox is a lane), oldest first, so the key is the order. Letters about one thread never overtake each other.
-- No foreign keys: a post to 10,000 inboxes must not look up 20,000 rows; activities are only cleaned away when no row here names them.
create table deliveries (
  inbox_id integer not null,
  attempts smallint not null default 0,
  activity_id bigint not null,
  thread_id bigint not null default 0,
  due_at timestamptz not null default '-infinity',
  primary key (inbox_id, activity_id)
);

create table dead_letters (
  inbox_id integer not null references inboxes,
  activity_id bigint not null references activities,
  thread_id bigint not null,
  attempts smallint not null,
  reason text not null,
  died_at timestamptz not null default now(),
  primary key (inbox_id, activity_id)
);
create index dead_letters_by_activity on dead_letters (activity_id);
