// Holds the order of the house: who may import whom, who reads the environment, which schema a migration touches.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Aliases, breachesOf } from './house/rules.ts';

const root = path.resolve(import.meta.dirname, '..');
const PLACES = ['api', 'server', 'web', 'models', 'contracts', 'packages', 'tests', 'tools', 'bench'];
const NOT_OURS = new Set(['node_modules', 'build', '.svelte-kit']);

// every file of it is parsed
test('this very tree keeps the order', { timeout: 180_000 }, () => {
  expect(breachesOf(readTree(), readAliases())).toEqual([]);
});

function readTree(): Map<string, string> {
  const files = PLACES.flatMap((place) => walk(path.join(root, place)));
  return new Map(
    files.map((file) => [path.relative(root, file).replaceAll(path.sep, '/'), fs.readFileSync(file, 'utf8')]),
  );
}

function walk(at: string): string[] {
  if (!fs.existsSync(at)) return [];
  return fs.readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const file = path.join(at, entry.name);
    if (entry.isDirectory()) return walk(file);
    return /\.(ts|svelte|sql)$/.test(entry.name) ? [file] : [];
  });
}

function readAliases(): Aliases {
  return ['', 'web'].flatMap((folder) => {
    const file = path.join(root, folder, 'package.json');
    if (!fs.existsSync(file)) return [];
    const { imports = {} } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
      imports?: Record<string, string>;
    };
    return [{ folder, imports }];
  });
}

const aliases: Aliases = [
  { folder: '', imports: { '#api/*': './api/*', '#db': './.runtime/types/db.d.ts' } },
  { folder: 'web', imports: { '#web/*': './*', '#api/*': '../api/*' } },
];

const inTree = (files: Record<string, string>) => breachesOf(new Map(Object.entries(files)), aliases);

describe('what is in order', () => {
  test('the whole house, built as it should be', () => {
    const files = {
      'api/errors.ts': "import * as z from 'zod';",
      'api/wallet/get-wallet.ts': "import { errors } from '../errors.ts';",
      'server/config.ts': 'export const port = process.env.PORT;',
      'server/ids.ts': "import { brand } from './kit/brand.ts';",
      'server/kit/brand.ts': "import type { DB } from '#db';",
      'server/kit/brand.test.ts':
        "import { freshDatabase } from '../../tests/setup/database.ts'; process.env.TZ;",
      'server/context.ts': "import { ledger } from './modules/ledger/index.ts'; import './config.ts';",
      'server/modules/ledger/index.ts': "export * from './store.ts';",
      'server/modules/ledger/store.ts':
        "import '../../ids.ts'; import '../../kit/brand.ts'; import type { E } from '#api/errors.ts';",
      'server/flows/buy.ts': "import '../modules/ledger/index.ts'; import '#api/errors.ts';",
      'server/views/wallet.ts': "import '../modules/ledger/index.ts';",
      'server/handlers/wallet/get-wallet.ts':
        "import '../../views/wallet.ts'; import '../../flows/buy.ts'; import '../../context.ts';",
      'server/subscribers/push.ts': "import '../flows/buy.ts';",
      'server/chain/index.ts': "import '../kit/brand.ts'; import '../../contracts/index.ts'; import 'viem';",
      'server/flows/publish.ts': "import '../chain/index.ts';",
      'server/roles/web.ts': "import '../handlers/wallet/get-wallet.ts';",
      'server/main.ts': "import './roles/web.ts';",
      'web/pages/+page.svelte':
        "<script lang=\"ts\">import { x } from '#web/load.ts'; import '#api/errors.ts';</script><p>import('../../server/main.ts')</p>",
      'web/load.ts': "import { error } from '@sveltejs/kit';",
      'tests/world.ts': "import '../server/roles/web.ts';",
      'packages/split/split.ts': 'export const divide = 1;',
      'packages/proofs/receipt.ts': "import '@stellary/split'; import 'jose'; import './merkle.ts';",
      'packages/proofs/cli.ts': "import fs from 'node:fs'; import './receipt.ts';",
      'packages/proofs/merkle.test.ts':
        "import { createHash } from 'node:crypto'; import './merkle.ts'; import 'vitest';",
      'packages/proofs/merkle.ts': '',
      'server/modules/earnings/index.ts': "export { divide } from '@stellary/split';",
      'web/verify.ts': "import '@stellary/proofs';",
    };
    expect(inTree(files)).toEqual([]);
  });

  test('types that two neighbours in one folder take from each other', () => {
    expect(inTree({ 'api/a.ts': "import './b.ts'", 'api/b.ts': "import type { A } from './a.ts'" })).toEqual(
      [],
    );
    expect(
      inTree({ 'api/a.ts': "import './b.ts'", 'api/b.ts': "import { type A } from './a.ts'" }),
    ).toHaveLength(1);
  });

  test('an empty house', () => {
    expect(inTree({})).toEqual([]);
  });

  test('what only looks like an import or the environment', () => {
    const text =
      "// import '../modules/ledger/index.ts'\nconst a = \"import '../flows/x.ts'\"; const env = { process: 1 }; const note = 'process.env';";
    expect(inTree({ 'server/kit/a.ts': text })).toEqual([]);
  });
});

describe('a planted fault is found: imports', () => {
  const faults: [string, string, string, RegExp][] = [
    ['kit imports a module', 'server/kit/a.ts', '../modules/ledger/index.ts', /kit\) imports .*module/],
    ['kit imports a flow', 'server/kit/a.ts', '../flows/buy.ts', /kit\) imports/],
    ['kit imports the contract', 'server/kit/a.ts', '#api/errors.ts', /kit\) imports api/],
    ['kit imports a role', 'server/kit/a.ts', '../roles/web.ts', /only main imports roles/],
    [
      'a module imports a module',
      'server/modules/earnings/a.ts',
      '../ledger/index.ts',
      /modules do not import modules/,
    ],
    [
      'a module imports a flow',
      'server/modules/earnings/a.ts',
      '../../flows/buy.ts',
      /module\) imports .*flow/,
    ],
    [
      'a module imports the wiring',
      'server/modules/earnings/a.ts',
      '../../context.ts',
      /module\) imports .*root/,
    ],
    ['a flow opens a module', 'server/flows/a.ts', '../modules/ledger/store.ts', /only a module's index/],
    [
      'a test opens a module from outside',
      'tests/a.ts',
      '../server/modules/ledger/store.ts',
      /only a module's index/,
    ],
    [
      'a module imports the inside of another',
      'server/modules/earnings/a.ts',
      '../ledger/store.ts',
      /only a module's index/,
    ],
    [
      'a flow imports a handler',
      'server/flows/a.ts',
      '../handlers/wallet/get-wallet.ts',
      /flow\) imports .*handler/,
    ],
    [
      'a module imports the chain',
      'server/modules/earnings/a.ts',
      '../../chain/index.ts',
      /module\) imports .*chain/,
    ],
    ['a flow opens the chain', 'server/flows/a.ts', '../chain/read-state.ts', /only the chain's index/],
    ['a flow opens the contracts', 'server/flows/a.ts', '../../contracts/index.ts', /flow\) imports/],
    [
      'the chain imports a module',
      'server/chain/a.ts',
      '../modules/ledger/index.ts',
      /chain\) imports .*module/,
    ],
    ['the chain imports the contract', 'server/chain/a.ts', '#api/errors.ts', /chain\) imports .*api/],
    ['a view imports a flow', 'server/views/a.ts', '../flows/buy.ts', /view\) imports .*flow/],
    ['a handler imports a role', 'server/handlers/a.ts', '../roles/web.ts', /only main imports roles/],
    ['a facade imports a role', 'server/facades/a.ts', '../roles/web.ts', /only main imports roles/],
    ['a flow imports a facade', 'server/flows/a.ts', '../facades/index.ts', /flow\) imports .*facade/],
    [
      'a handler imports a facade',
      'server/handlers/a.ts',
      '../facades/index.ts',
      /handler\) imports .*facade/,
    ],
    [
      'a handler imports a subscriber',
      'server/handlers/a.ts',
      '../subscribers/push.ts',
      /handler\) imports .*subscriber/,
    ],
    [
      'a subscriber imports a handler',
      'server/subscribers/a.ts',
      '../handlers/b.ts',
      /subscriber\) imports .*handler/,
    ],
    ['the wiring imports a handler', 'server/context.ts', './handlers/b.ts', /root\) imports .*handler/],
    ['the contract imports the server', 'api/a.ts', '../server/ids.ts', /api\) imports .*ids/],
    ['the web imports the server', 'web/a.ts', '../server/ids.ts', /web\) imports .*ids/],
    ['a page imports the server', 'web/pages/+page.svelte', '../../server/ids.ts', /web\) imports .*ids/],
    ['the web imports the models', 'web/a.ts', '../models/build.ts', /web\) imports .*models/],
    ['the server imports the web', 'server/roles/web.ts', '../../web/load.ts', /role\) imports .*web/],
    [
      'a package imports the server',
      'packages/split/a.ts',
      '../../server/kit/money.ts',
      /a package imports its own files/,
    ],
    ['a package imports the contract', 'packages/split/a.ts', '#api/errors.ts', /imports its own files/],
    ['a package imports the web', 'packages/split/a.ts', '../../web/load.ts', /imports its own files/],
    [
      'a package opens another',
      'packages/proofs/a.ts',
      '../split/split.ts',
      /a package imports its own files, and other packages by name/,
    ],
    [
      'the test of a package imports the server',
      'packages/split/a.test.ts',
      '../../server/kit/money.ts',
      /imports its own files/,
    ],
    [
      'the server opens a package',
      'server/modules/earnings/a.ts',
      '../../../packages/split/split.ts',
      /packages are imported by name/,
    ],
    ['a test opens a package', 'tests/a.ts', '../packages/split/split.ts', /packages are imported by name/],
    ['the web opens a package', 'web/a.ts', '../packages/split/split.ts', /packages are imported by name/],
    ['a package needs Node', 'packages/proofs/a.ts', 'node:crypto', /runs in the browser too/],
    ['a package needs Node, unprefixed', 'packages/proofs/a.ts', 'fs/promises', /runs in the browser too/],
    ['the server imports the tests', 'server/flows/a.ts', '../../tests/world.ts', /flow\) imports .*outside/],
  ];
  const ways = (target: string) => [
    `import { a } from '${target}';`,
    `import type { A } from '${target}';`,
    `export * from '${target}';`,
    `const a = await import('${target}');`,
    `type A = import('${target}').A;`,
  ];

  test.each(faults)('%s', (_name, file, target, sentence) => {
    for (const way of ways(target)) {
      const text = file.endsWith('.svelte') ? `<script lang="ts">\n${way}\n</script>` : way;
      const found = inTree({ [file]: text });
      expect(found.length, way).toBeGreaterThan(0);
      expect(found.join('\n'), way).toMatch(sentence);
    }
  });

  test('a circle, of two, of three and of one', () => {
    expect(inTree({ 'server/kit/a.ts': "import './b.ts'", 'server/kit/b.ts': "import './a.ts'" })).toEqual([
      'import in a circle: server/kit/a.ts, server/kit/b.ts',
    ]);
    expect(
      inTree({
        'api/a.ts': "import './b.ts'",
        'api/b.ts': "export * from './c.ts'",
        'api/c.ts': "import('./a.ts')",
      }),
    ).toEqual(['import in a circle: api/a.ts, api/b.ts, api/c.ts']);
    expect(inTree({ 'api/a.ts': "import './a.ts'" })).toEqual(['import in a circle: api/a.ts']);
    const acrossFolders = {
      'api/a/a.ts': "import type { B } from '../b/b.ts'",
      'api/b/b.ts': "import type { A } from '../a/a.ts'",
    };
    expect(inTree(acrossFolders)).toEqual(['import in a circle: api/a/a.ts, api/b/b.ts']);
    expect(
      inTree({
        'api/a.ts': "import './b.ts'; import './c.ts'",
        'api/b.ts': "import './c.ts'",
        'api/c.ts': '',
      }),
    ).toEqual([]);
  });
});

describe('a planted fault is found: the environment', () => {
  test.each([
    'process.env.PORT',
    "process['env'].PORT",
    'const { env } = process;',
    'globalThis.process.env',
    "import { env } from 'node:process';",
  ])('%s', (text) => {
    expect(inTree({ 'server/flows/a.ts': text })).toEqual([
      'server/flows/a.ts reads process.env: only server/config.ts does',
    ]);
    for (const file of ['server/config.ts', 'tools/a.ts', 'tests/a.ts', 'bench/a.ts'])
      expect(inTree({ [file]: text })).toEqual([]);
  });
});

describe('a planted fault is found: queries', () => {
  const own =
    "sql`select from earnings.line l join kit.outbox o on true`; db.selectFrom('earnings.line as l');";
  test.each([
    'sql`select from earnings.line l\n join ledger.rows j on true`',
    "db.selectFrom('ledger.rows')",
    "db.selectFrom('earnings.line').innerJoin('ledger.rows as j', 'j.id', 'l.id')",
    'sql`update ledger.rows set x = 1`',
  ])('%s', (query) => {
    expect(inTree({ 'server/modules/earnings/store.ts': query })).toEqual([
      'server/modules/earnings/store.ts asks for ledger: a module reads no schema but its own',
    ]);
    for (const file of [
      'server/views/a.ts',
      'server/modules/ledger/store.ts',
      'server/modules/earnings/a.test.ts',
    ])
      expect(inTree({ [file]: query.replaceAll('earnings.line', 'ledger.rows') })).toEqual([]);
    expect(inTree({ 'server/modules/earnings/store.ts': own })).toEqual([]);
  });
});

describe('a planted fault is found: migrations', () => {
  const inMigration = (schema: string, sql: string) =>
    inTree({
      [schema === 'kit'
        ? 'server/kit/migrations/0001-a.sql'
        : `server/modules/${schema}/migrations/0001-a.sql`]: sql,
    });

  test('a module makes and changes its own, and points backwards', () => {
    const sql = `-- one day payouts.batch reads this
      create schema ledger; create table ledger.account (owner uuid references identity.account, note text default 'see payouts.batch');
      create unique index account_owner on ledger.account (owner); alter table ledger.account add column x int;
      create or replace function ledger.post(n int) returns void language plpgsql as $$ begin
        insert into ledger.account as a values (n) on conflict (id) do update set x = excluded.x; perform 1 from ledger.account for update skip locked; end $$;
      create trigger t before update or delete on ledger.account for each row execute function ledger.post();
      create trigger u before truncate on ledger.account for each row execute function ledger.post();
      alter table ledger.account add foreign key (owner) references identity.account on update cascade on delete set null;`;
    expect(inMigration('ledger', sql)).toEqual([]);
    expect(inMigration('kit', 'create schema kit; create table kit.outbox (id int);')).toEqual([]);
  });

  test.each([
    ['makes a table elsewhere', 'create table identity.extra (id int);', /changes identity\.extra/],
    ['makes a table nowhere', 'create table extra (id int);', /changes extra/],
    ['updates a stranger', 'update only identity.account set x = 1;', /changes identity\.account/],
    [
      'alters a stranger',
      'alter table if exists only identity.account add column x int;',
      /changes identity\.account/,
    ],
    [
      'makes an index on a stranger',
      'create unique index i on identity.account (id);',
      /changes identity\.account/,
    ],
    [
      'makes a trigger on a stranger',
      'create trigger t after insert on identity.account execute function ledger.f();',
      /changes identity\.account/,
    ],
    [
      'writes to a stranger',
      "create function ledger.f() returns void language sql as $$ insert into identity.account values ('x') $$;",
      /changes identity\.account/,
    ],
    ['makes the schema of another', 'create schema if not exists identity;', /the schema identity/],
    [
      'points forwards',
      'create table ledger.a (id uuid references payouts.batch);',
      /payouts comes later than ledger/,
    ],
    [
      'reads forwards',
      'create view ledger.v as select * from generation.asset;',
      /generation comes later than ledger/,
    ],
  ])('%s', (_name, sql, sentence) => {
    const found = inMigration('ledger', sql);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toMatch(sentence);
  });

  test('a module that is not in the order', () => {
    expect(inTree({ 'server/modules/lottery/migrations/0001-a.sql': 'create schema lottery;' })).toEqual([
      'server/modules/lottery/migrations/0001-a.sql: lottery is not in the order of modules',
    ]);
  });
});
