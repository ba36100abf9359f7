-- What a community is beyond a name: its charter, its rules, who may join and speak, its topics and its welcome.

alter table communities
  add column colour text check (colour ~ '^#[0-9a-f]{6}$'),
  add column picture_id bigint references media,
  add column language text,
  add column rules text[] not null default '{}',
  add column joining text not null default 'open' check (joining in ('open', 'request', 'invitation')),
  -- Up to three, asked of whoever wants to join.
  add column questions text[] not null default '{}' check (cardinality(questions) <= 3),
  -- Who may start threads.
  add column posting text not null default 'anyone' check (posting in ('anyone', 'members', 'facilitators')),
  add column down_votes boolean not null default true,
  -- A question may have several accepted answers.
  add column many_answers boolean not null default false,
  -- Its facilitators must have a second factor.
  add column second_factor boolean not null default false,
  add column welcome_source text not null default '';

-- `newcomer` is not kept as a role: it is a member of less than 30 days and fewer than five contributions.
update memberships set role = 'member' where role = 'newcomer';
alter table memberships drop constraint memberships_role_check;
alter table memberships
  add constraint memberships_role_check check (role in ('member', 'steward', 'facilitator')),
  -- What they answered to the community's questions.
  add column answers text[] not null default '{}',
  -- The charter's version when they joined: "changed since you joined".
  add column charter_version integer not null default 0,
  add column welcomed_at timestamptz;
create index memberships_waiting on memberships (group_id, requested_at) where state = 'pending';
create index memberships_roles on memberships (group_id) where role <> 'member';

-- Every version of a charter; the newest is in force. Markdown.
create table charters (
  group_id bigint not null references communities,
  version integer not null check (version > 0),
  purpose text not null default '',
  audience text not null default '',
  norms text not null default '',
  roles text not null default '',
  review_on date,
  written_by bigint not null references actors,
  written_at timestamptz not null default now(),
  primary key (group_id, version)
);

create table topics (
  id bigint primary key,
  group_id bigint not null references communities,
  slug text not null check (slug ~ '^[a-z0-9_]{1,30}$'),
  name text not null check (name <> ''),
  created_at timestamptz not null default now(),
  unique (group_id, slug)
);
