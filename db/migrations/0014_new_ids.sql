-- To microblogs, a community says by a note of its own that a question was answered. Each acceptance has another note: what was taken back stays gone
-- there, also when the same answer is accepted again. Null where a community of another server told us of it.
alter table accepted_answers add column note_id bigint unique;
update accepted_answers set note_id = post_id;

-- Each community that boosts a thread does so under another id: a thread that comes back to where it was is boosted anew. Null: the thread's own id.
alter table threads add column boost_id bigint unique;
