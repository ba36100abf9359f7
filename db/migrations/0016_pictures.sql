-- When somebody lately brought a picture, whether or not it was one: so many in half an hour, for all processes together (R33).
alter table accounts add column pictures_brought_at timestamptz[] not null default '{}';
-- Pictures of communities that were replaced before replacing them took them away.
delete from media m where purpose = 'community' and used_at is not null and not exists (select from communities c where c.picture_id = m.id);
create index communities_by_picture on communities (picture_id) where picture_id is not null;
