-- Polls whose end is told to whom it concerns here, and drafts of people whose session has ended.

-- When it was noticed that it is over, and people here were told; those that are over by now are no news.
alter table polls add column end_noticed_at timestamptz;
update polls set end_noticed_at = closes_at where closes_at <= now();
create index polls_to_notice on polls (closes_at) where end_noticed_at is null;

alter table notifications drop constraint notifications_kind_check;
alter table notifications add constraint notifications_kind_check
  check (kind in ('mention', 'reply', 'answer-accepted', 'join-request', 'joined', 'welcome', 'account-request', 'thread', 'poll'));
create index notifications_of_polls on notifications (thread_id) where kind = 'poll' and read_at is null;

-- Sessions that ended: a form that was open may still come from there. For a while this tells its sender from a stranger.
create table ended_sessions (
  token_hash bytea primary key,
  -- Whose it was; no reference, since the account may be going in the same moment.
  actor_id bigint not null,
  ended_at timestamptz not null default now()
);
create index ended_sessions_by_time on ended_sessions (ended_at);
create function sessions_note_end() returns trigger language plpgsql as $$
begin
  insert into ended_sessions (token_hash, actor_id) values (old.token_hash, old.actor_id) on conflict do nothing;
  return null;
end $$;
create trigger sessions_end after delete on sessions for each row execute function sessions_note_end();

-- Who sent a draft that is nobody's: whose session it had been, else the network it came from.
alter table drafts add column sender_id bigint, add column sender_network text;
create index drafts_by_sender on drafts (sender_id, saved_at) where actor_id is null and sender_id is not null;
create index drafts_by_network on drafts (sender_network, saved_at) where actor_id is null and sender_id is null;
