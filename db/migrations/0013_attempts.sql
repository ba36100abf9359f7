-- What else may be done only so often is counted where tries to sign in are, so that the limits hold for all processes together: asking for a
-- link to set a new password, and registering.
alter table sign_in_attempts drop constraint sign_in_attempts_outcome_check;
alter table sign_in_attempts add constraint sign_in_attempts_outcome_check
  check (outcome in ('signed-in', 'wrong', 'second-factor-wrong', 'limited', 'forgot', 'sign-up'));
-- A keyed hash of what was typed, where it is nobody's name here or must not tell whether it is.
alter table sign_in_attempts add column mark bytea;
create index sign_in_attempts_by_mark on sign_in_attempts (mark, at desc) where mark is not null;
