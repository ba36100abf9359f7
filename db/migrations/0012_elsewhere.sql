-- Communities of other servers that people here follow: how much of what was said there before has been fetched.

create table histories (
  group_id bigint primary key references actors,
  -- Null: begun and not finished, or given up by a process that died.
  fetched_at timestamptz,
  begun_at timestamptz not null default now(),
  attempts smallint not null default 1,
  -- What its own server says there is; null where it does not say.
  total integer,
  threads integer not null default 0,
  replies integer not null default 0,
  -- Everything that its server lists is here.
  complete boolean not null default false
);
