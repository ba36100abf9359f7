-- Until when a peer asked to be left alone (Retry-After): a sign of life does not close its breaker before.
alter table peers add column asked_until timestamptz;
