-- An actor elsewhere by its handle; and what one person founded and invited in a day, which there is little of.
create index actors_elsewhere_name on actors (peer_id, lower(username)) where peer_id is not null;
create index journal_founded on journal (actor_id, at) where kind = 'community.created';
create index audit_invited on audit (actor_id, at) where act = 'invitation.made';
