-- An actor elsewhere by its handle; what one person founded and invited in a day; and what was last decided about who may register.
create index actors_elsewhere_name on actors (peer_id, lower(username)) where peer_id is not null;
create index journal_founded on journal (actor_id, at) where kind = 'community.created';
create index audit_invited on audit (actor_id, at) where act = 'invitation.made';
create index audit_registration on audit (id) where act in ('server.settings', 'registration.closed-itself');
