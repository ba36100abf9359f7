-- The last two behind an inbox may leave at once: whoever comes second waits before the row is looked at, and finds what the first has left of it.
create or replace function audience_add(g bigint, i integer, n integer) returns void language plpgsql as $$
declare
  here integer;
begin
  if i is null or n = 0 then return; end if;
  if n > 0 then
    insert into audience (group_id, inbox_id, members) values (g, i, n)
    on conflict (group_id, inbox_id) do update set members = audience.members + n;
    return;
  end if;
  select members into here from audience where group_id = g and inbox_id = i for update;
  if here > -n then
    update audience set members = members + n where group_id = g and inbox_id = i;
  else
    delete from audience where group_id = g and inbox_id = i;
  end if;
end $$;
