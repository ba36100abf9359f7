alter table peers
  -- Until when it asked to be left alone (Retry-After): a sign of life does not close its breaker before.
  add column asked_until timestamptz,
  -- How often in a row it was asked what it runs, and did not say.
  add column unanswered smallint not null default 0;
