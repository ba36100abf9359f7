/** Fills big tables quickly: foreign keys and indexes other than keys are put aside while `work` runs, and made again in one go. */
import type { Db } from "../../db/open.ts";

interface Constraint {
  table: string;
  name: string;
  definition: string;
}

/** Expects to be alone on the database, as the owner of its tables. */
export async function inBulk<T>(db: Db, work: () => Promise<T>): Promise<T> {
  const foreignKeys = await db<Constraint[]>`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`;
  const indexes = await db<{ name: string; definition: string }[]>`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
    join pg_class c on c.oid = i.indrelid
    where c.relnamespace = 'public'::regnamespace and not i.indisunique
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`;
  const drops = [
    ...foreignKeys.map(({ table, name }) => `alter table ${table} drop constraint ${name}`),
    ...indexes.map(({ name }) => `drop index ${name}`),
  ];
  const adds = [
    ...indexes.map(({ definition }) => definition),
    ...foreignKeys.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
  ];
  await db.unsafe(drops.join(";"));
  const result = await work();
  const connection = await db.reserve();
  try {
    await connection.unsafe("set statement_timeout = 0; set maintenance_work_mem = '256MB'");
    for (const add of adds) await connection.unsafe(add);
    await connection.unsafe("analyze");
    await connection.unsafe("reset all");
  } finally {
    connection.release();
  }
  return result;
}
