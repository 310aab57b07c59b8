import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { sqlState } from './kit/database.ts';
import { SCHEMAS } from './kit/migrate.ts';

/**
 * Who may do what in the database. The owner migrates and then steps aside; the product itself works as
 * `stellary_app`, which may call the ledger's functions and read its views and nothing else there, so that no bug
 * and no injection in the product can write a balance. Auditors read as `stellary_auditor`.
 */
export const APP_ROLE = 'stellary_app';
export const AUDITOR_ROLE = 'stellary_auditor';

/** The functions through which the books are written, and by which partitions come and go; the others are theirs alone. */
const BOOK_FUNCTIONS = [
  'ledger.open_accounts',
  'ledger.lock_slot',
  'ledger.lock_balances',
  'ledger.post',
  'ledger.authorize',
  'ledger.capture',
  'ledger.void',
  'ledger.expired',
  'ledger.add_up',
  'analytics.make_month',
  'analytics.drop_months',
  'analytics.clear_rollup',
  'analytics.total',
  'competitions.unname_winner',
  'kit.append_audit',
  'kit.audit_hash',
  'kit.note_head',
];
/** Tables that only the functions above write. */
const READ_ONLY = ['kit.audit_log', 'kit.audit_draft', 'kit.head'];
/** Tables whose rows are written once: nobody changes what was sealed, frozen or agreed. */
const WRITTEN_ONCE =
  /^analytics\.(fact(_\d+_\d+)?|correction)$|^generation\.(statement|asset_file|input_picture)$|^moderation\.(refusal|report|ruling|objection)$|^registry\.(model_file|sample|tensor_digest|edit_set|edit)$|^marketplace\.(slot_change|rotation_seed|rotation_day|slot|slot_generation)$|^kit\.transition$|^campaigns\.(person|told|showing|credit_grant|link_destination|attribution)$|^rewards\.(deployment|leaf|commitment(_award)?|promise|chain_event|wallet)$|^competitions\.(notice|finalist|tally_step|place|place_person|confirmation|voided_voter|contender|assignment|ballot(_place|_bough|_root)?|damaged_copy|recovery)$|^program\.(collaboration_offer|collaboration_message|revision|bench_finding|house_cell|terms|agreement|acceptance|review|declared_conflict|remark|proposal|letter|decision|gold)$|^earnings\.(purchase|receipt|receipt_\w+|line|split|royalty|reversal|reversal_line|vested|matured_day|case|case_line|resolution|adjustment|adjustment_approval|statement|liability_\w+|closed_day|sealed_month)$/;

/** The address of the same database for another role. */
export function urlOfRole(owner_url: string, role: string): string {
  const [, head = '', tail = ''] = /^(postgres(?:ql)?:\/\/)(?:[^@/]*@)?(.*)$/.exec(owner_url) ?? [];
  return `${head}${role}:${passwordOf(owner_url, role)}@${tail}`;
}

/** A role's password follows from the owner's, so that every process finds it. */
function passwordOf(owner_url: string, role: string): string {
  const credentials = /^postgres(?:ql)?:\/\/([^@/]*)@/.exec(owner_url)?.[1] ?? '';
  const owner_password = decodeURIComponent(credentials.split(':').slice(1).join(':'));
  if (!owner_password)
    throw new Error(
      `the address of the database has no password that ${role} could get its own from: set APP_DATABASE_URL to the address that the product shall use`,
    );
  return createHmac('sha256', owner_password).update(role).digest('base64url');
}

/**
 * Makes the two roles where they are missing, and grants them what they may do; called after migrating. Answers the
 * address for the product to work with: `app_url` if there is one, whose role somebody else made.
 */
export async function grantPrivileges(owner_url: string, app_url: string | null = null): Promise<string> {
  const views = await readFile(path.join(import.meta.dirname, 'audit-views.sql'), 'utf8');
  const owner = new pg.Client(owner_url);
  await owner.connect();
  try {
    const app_role = app_url === null ? APP_ROLE : roleOf(app_url);
    const made = app_url === null ? [APP_ROLE, AUDITOR_ROLE] : [AUDITOR_ROLE];
    for (const role of made) await ensureRole(owner, owner_url, role);
    await owner.query('begin');
    // two starts at once: grants on one object do not like each other
    await owner.query(`select pg_advisory_xact_lock(hashtext('privileges'))`);
    await owner.query(views);
    await owner.query(await grants(owner, pg.escapeIdentifier(app_role)));
    await owner.query('commit');
    return app_url ?? urlOfRole(owner_url, APP_ROLE);
  } finally {
    await owner.end();
  }
}

const roleOf = (url: string) => decodeURIComponent(/^postgres(?:ql)?:\/\/([^:@/]+)/.exec(url)?.[1] ?? '');

const ROLE_EXISTS = '42710';
const NAME_TAKEN = '23505';

async function ensureRole(owner: pg.Client, owner_url: string, role: string): Promise<void> {
  if (await canConnect(urlOfRole(owner_url, role))) return;
  const password = pg.escapeLiteral(passwordOf(owner_url, role));
  try {
    await owner.query(
      `create role ${role} login password ${password} nosuperuser nocreatedb nocreaterole noreplication nobypassrls`,
    );
  } catch (error) {
    const state = sqlState(error);
    if (state !== ROLE_EXISTS && state !== NAME_TAKEN) throw error;
    // it is there: made by another start just now, or before the owner's password was changed
    if (!(await canConnect(urlOfRole(owner_url, role))))
      await owner.query(`alter role ${role} password ${password}`);
  }
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function grants(owner: pg.Client, app: string): Promise<string> {
  const { rows } = await owner.query<{ schema: string; name: string; kind: string }>(
    `select n.nspname as schema, c.relname as name, c.relkind::text as kind
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind in ('r', 'v', 'S', 'p')`,
    [SCHEMAS],
  );
  const { rows: functions } = await owner.query<{ name: string; signature: string }>(
    `select n.nspname || '.' || p.proname as name, p.oid::regprocedure::text as signature
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any($1)`,
    [SCHEMAS],
  );
  const schemas = [...new Set(rows.map(({ schema }) => schema))];
  const statements = [
    ...schemas.map((schema) => `grant usage on schema ${schema} to ${app}`),
    ...schemas.map((schema) => `revoke all on all tables in schema ${schema} from public, ${app}`),
    ...schemas.map((schema) => `revoke all on all functions in schema ${schema} from public, ${app}`),
    ...rows.flatMap(({ schema, name, kind }) => {
      const rights = rightsOn(schema, `${schema}.${name}`, kind);
      return rights
        ? [`grant ${rights} on ${kind === 'S' ? 'sequence ' : ''}${schema}.${name} to ${app}`]
        : [];
    }),
    ...functions
      .filter(({ name }) => BOOK_FUNCTIONS.includes(name))
      .map(({ signature }) => `grant execute on function ${signature} to ${app}`),
    `grant usage on schema audit to ${AUDITOR_ROLE}`,
    `grant select on all tables in schema audit to ${AUDITOR_ROLE}`,
    `revoke all on schema migration, public from ${app}, ${AUDITOR_ROLE}`,
  ];
  return statements.join(';\n');
}

/** What the product may do with a table, view or sequence; null: nothing. */
function rightsOn(schema: string, name: string, kind: string): string | null {
  if (schema === 'ledger') return kind === 'v' ? 'select' : null;
  if (kind === 'S') return 'usage';
  if (kind === 'v' || READ_ONLY.includes(name)) return 'select';
  if (WRITTEN_ONCE.test(name)) return 'select, insert';
  return 'select, insert, update, delete';
}

/** The product must not be able to write the books: refuses to go on as a role that could. */
export async function refuseWideRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ role: string; why: string | null }>(
    `select current_user as role, case
       when (select rolsuper or rolcreaterole or rolbypassrls from pg_roles where rolname = current_user) then 'is a superuser or may make roles'
       when has_schema_privilege('ledger', 'create') then 'may make functions in the ledger'
       else (select 'may write ' || min(c.oid::regclass::text) from pg_class c
             where c.relkind in ('r', 'p') and (c.relnamespace = 'ledger'::regnamespace or c.oid = any($1::regclass[]))
               and has_table_privilege(c.oid, 'insert, update, delete, truncate'))
     end as why`,
    [READ_ONLY],
  );
  const { role, why } = rows[0] ?? {};
  if (why)
    throw new Error(
      `the product works as ${role}, which ${why}: give it a role that owns nothing (docs/operating.md)`,
    );
}
