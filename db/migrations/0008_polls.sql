-- Polls: what a thread of the kind `poll` asks. Those of this server are counted by their votes; those of others by what their author's server says.

create table polls (
  thread_id bigint primary key references threads on delete cascade,
  -- Several options may be chosen.
  multiple boolean not null,
  -- Null: it has no end.
  closes_at timestamptz,
  -- Of this server's: the first vote since others were last told, when that was, and when they were told that it is over.
  changed_at timestamptz,
  told_at timestamptz,
  closed_told_at timestamptz,
  -- Of others: how many people voted, where they say so, and when they last counted.
  voters_elsewhere integer,
  counted_at timestamptz
);
create index polls_to_tell on polls (changed_at) where changed_at is not null;
create index polls_to_close on polls (closes_at) where closed_told_at is null;

create table poll_options (
  thread_id bigint not null references polls on delete cascade,
  position smallint not null,
  text text not null,
  votes_elsewhere integer not null default 0,
  primary key (thread_id, position)
);

-- A vote is final. Where one option is chosen, whoever votes holds the poll's row meanwhile.
create table poll_votes (
  thread_id bigint not null,
  position smallint not null,
  actor_id bigint not null references actors,
  uri text not null,
  at timestamptz not null default now(),
  primary key (thread_id, actor_id, position),
  foreign key (thread_id, position) references poll_options on delete cascade
);
create index poll_votes_by_option on poll_votes (thread_id, position);
