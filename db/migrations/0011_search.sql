-- Finding: words are read in the language they are written in and without their accents, the newest stand first, and what a search is narrowed
-- to is looked up together with its words.

-- Every language that Postgres can read, once more, without accents: `words_german` finds "Schweissen" where "Schweißen" is written.
do $$
declare
  language record;
begin
  for language in
    select c.cfgname as name, d.dictname as dictionary
    from pg_ts_config c
    join pg_ts_config_map m on m.mapcfg = c.oid and m.maptokentype = 2 and m.mapseqno = 1
    join pg_ts_dict d on d.oid = m.mapdict
    where c.cfgnamespace = 'pg_catalog'::regnamespace
  loop
    execute format('create text search configuration words_%s (copy = pg_catalog.%I)', language.name, language.name);
    execute format('alter text search configuration words_%s alter mapping for hword, hword_part, word with unaccent, %I',
      language.name, language.dictionary);
  end loop;
end $$;

-- Nothing has been written in it before this.
drop index search_entries_by_group;
alter table search_entries
  drop column thread_id, drop column group_id, drop column author_id,
  -- When it was said, which for what was fetched later is not when it came.
  add column at timestamptz not null,
  -- The language that its words were read in: `german`, or `simple` for any other.
  add column config text not null,
  -- What a search can be narrowed to, as words that nobody can write: `=in:` community, `=by:` author, `=kind:`, `=is:`, `=topic:`. They stand
  -- among its words as well, so that the index finds what has both.
  add column facets text[] not null;
create index search_entries_newest on search_entries (at desc, post_id desc);

alter table search_progress
  -- A database that was there before its index: up to here posts are read one after the other, and from then on what the journal says of them.
  add column posts_id bigint not null default 0,
  add column posts_until bigint,
  -- The languages there are in it.
  add column configs text[] not null default '{simple}';
