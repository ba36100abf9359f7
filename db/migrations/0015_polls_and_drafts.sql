-- Polls whose end is told to whom it concerns here, and drafts of people whose session has ended.

-- When it was noticed that it is over, and people here were told; those that are over by now are no news.
alter table polls add column end_noticed_at timestamptz;
update polls set end_noticed_at = closes_at where closes_at <= now();
create index polls_to_notice on polls (closes_at) where end_noticed_at is null;

alter table notifications drop constraint notifications_kind_check;
alter table notifications add constraint notifications_kind_check
  check (kind in ('mention', 'reply', 'answer-accepted', 'join-request', 'joined', 'welcome', 'account-request', 'thread', 'poll'));
create index notifications_of_polls on notifications (thread_id) where kind = 'poll' and read_at is null;
