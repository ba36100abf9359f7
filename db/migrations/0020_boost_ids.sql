-- Nearly every thread is boosted under its own id: an index of those that are not costs nothing where a thread is written.
alter table threads drop constraint threads_boost_id_key;
create unique index threads_by_boost on threads (boost_id) where boost_id is not null;
