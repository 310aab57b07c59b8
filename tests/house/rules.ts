// The three sentences that hold the house together (ARCHITECTURE.md, "Direction"), as functions of a tree of files.
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { SCHEMAS } from '../../server/kit/migrate.ts';
import { factsOf } from './imports.ts';

/** Path from the root, with forward slashes, to the file's text. */
export type Tree = ReadonlyMap<string, string>;

/** A sentence that names the file and what it must not do. */
export type Breach = string;

type Layer = keyof typeof MAY_IMPORT | 'models' | 'contracts' | 'package' | 'outside';

const BELOW = ['kit', 'words', 'api'] as const;
const INSIDE = [...BELOW, 'models', 'root', 'module', 'chain'] as const;

/** Who may import whom. A module among modules means its own files only; the face rule is apart. */
const MAY_IMPORT = {
  api: ['api'],
  web: ['web', 'api'],
  kit: ['kit'],
  /** `server/ids.ts` and `server/refuse.ts`: what every part of the server speaks with. */
  words: [...BELOW],
  module: [...BELOW, 'models', 'module'],
  /** The client of our contracts: like the kit, with their words. Modules do not know it; flows bring what it saw. */
  chain: ['kit', 'contracts', 'chain'],
  /** `server/*.ts`: context, policy, config and the like. */
  root: INSIDE,
  view: [...INSIDE, 'view'],
  /** A flow may read through a view: what was shown before the press is what happens after it. */
  flow: [...INSIDE, 'flow', 'view'],
  handler: [...INSIDE, 'flow', 'view', 'handler'],
  subscriber: [...INSIDE, 'flow', 'view', 'subscriber'],
  /** The wires of other APIs, before the same flows and views. */
  facade: [...INSIDE, 'flow', 'view', 'handler', 'facade'],
  /** Runs jobs, wherever they come from: it knows engines and no database. */
  jobs: [...BELOW, 'models', 'module', 'jobs'],
  role: [...INSIDE, 'jobs', 'flow', 'view', 'handler', 'facade', 'subscriber', 'role'],
  /** What is started: `main.ts` with `boot.ts`, `verify.ts`, `figures.ts`, `backup.ts`, `restore.ts`, the demo. */
  entry: [...INSIDE, 'jobs', 'flow', 'view', 'handler', 'subscriber', 'role', 'entry'],
} satisfies Record<string, readonly string[]>;

const LAYER_OF_PLACE: [RegExp, Layer][] = [
  [/^api\//, 'api'],
  [/^web\//, 'web'],
  [/^models\//, 'models'],
  [/^contracts\//, 'contracts'],
  [/^packages\//, 'package'],
  [/\.test\.ts$/, 'outside'],
  [/^server\/kit\//, 'kit'],
  [/^server\/chain\//, 'chain'],
  [/^server\/modules\//, 'module'],
  [/^server\/flows\//, 'flow'],
  [/^server\/views\//, 'view'],
  [/^server\/handlers\//, 'handler'],
  [/^server\/facades\//, 'facade'],
  [/^server\/subscribers\//, 'subscriber'],
  [/^server\/roles\//, 'role'],
  [/^server\/(ids|refuse)\.ts$/, 'words'],
  [/^server\/worker\/(main|read-command)\.ts$/, 'entry'],
  [/^server\/worker\//, 'jobs'],
  [/^server\/(main|boot|auditor|verify|figures|backup|restore)\.ts$|^server\/demo\//, 'entry'],
  [/^server\/[^/]+$/, 'root'],
];

const MAY_READ_ENVIRONMENT = /^server\/config\.ts$|^(tools|tests|bench|contracts\/tests)\/|\.test\.ts$/;

export type Aliases = { folder: string; imports: Record<string, string> }[];

export function breachesOf(tree: Tree, aliases: Aliases = []): Breach[] {
  const graph = importGraph(tree, aliases);
  return [
    ...[...graph].flatMap(([file, edges]) => edges.flatMap(({ target }) => directionBreaches(file, target))),
    ...[...tree].flatMap(([file, text]) => packageBreaches(file, text)),
    ...[...tree].flatMap(([file, text]) => environmentBreaches(file, text)),
    ...[...tree].flatMap(([file, text]) => queryBreaches(file, text)),
    ...[...tree].flatMap(([file, text]) => migrationBreaches(file, text)),
    ...cyclesOf(graph),
  ];
}

// --- Imports ---------------------------------------------------------------------------------------------------

type Edge = { target: string; type_only: boolean };
type Graph = Map<string, Edge[]>;

function importGraph(tree: Tree, aliases: Aliases): Graph {
  const sources = [...tree].filter(([file]) => /\.(ts|svelte)$/.test(file));
  return new Map(
    sources.map(([file, text]) => {
      const edges = factsOf(file, text).imports.flatMap(({ specifier, type_only }) => {
        const target = resolve(file, specifier, aliases);
        return target === undefined ? [] : [{ target, type_only }];
      });
      return [file, edges];
    }),
  );
}

/** Undefined for a package, which no rule here is about. */
function resolve(file: string, specifier: string, aliases: Aliases): string | undefined {
  if (specifier.startsWith('.'))
    return path.posix.join(path.posix.dirname(file), specifier.replace(/\?.*$/, ''));
  if (!specifier.startsWith('#')) return undefined;
  // As Node does: the nearest package.json speaks.
  const nearest = aliases
    .filter(({ folder }) => folder === '' || file.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
  for (const [pattern, target] of Object.entries(nearest?.imports ?? {})) {
    const [head = '', tail] = pattern.split('*');
    if (specifier === pattern) return path.posix.join(nearest?.folder ?? '', target);
    if (tail !== undefined && specifier.startsWith(head))
      return path.posix.join(nearest?.folder ?? '', target.replace('*', specifier.slice(head.length)));
  }
  return undefined;
}

function directionBreaches(file: string, target: string): Breach[] {
  const breaches: Breach[] = [];
  const from = layerOf(file);
  const to = layerOf(target);
  const ownModule = moduleOf(file) === moduleOf(target);

  // A package stands alone, its tests too: it could be lifted out, and whoever wants it asks by its name.
  if (from === 'package' || to === 'package') {
    if (packageOf(file) === packageOf(target)) return [];
    return from === 'package'
      ? [`${file} imports ${target}: a package imports its own files, and other packages by name`]
      : [`${file} imports ${target}: packages are imported by name`];
  }
  if (to === 'module' && !ownModule && !target.endsWith('/index.ts')) {
    breaches.push(`${file} imports ${target}: from outside, only a module's index.ts is imported`);
  }
  if (to === 'chain' && !file.startsWith('server/chain/') && !target.endsWith('/index.ts'))
    breaches.push(`${file} imports ${target}: from outside, only the chain's index.ts is imported`);
  if (from === 'outside' || from === 'models' || from === 'contracts') return breaches;

  if (from === 'module' && to === 'module') {
    if (!ownModule) breaches.push(`${file} imports ${target}: modules do not import modules`);
    return breaches;
  }
  const allowed: readonly string[] = MAY_IMPORT[from];
  if (to === 'role' && !allowed.includes('role'))
    breaches.push(`${file} imports ${target}: only main imports roles`);
  else if (!allowed.includes(to) && !isMade(target))
    breaches.push(`${file} (${from}) imports ${target} (${to}), and may only import ${allowed.join(', ')}`);
  return breaches;
}

function layerOf(file: string): Layer {
  return LAYER_OF_PLACE.find(([place]) => place.test(file))?.[1] ?? 'outside';
}

function moduleOf(file: string): string | undefined {
  return /^server\/modules\/([^/]+)\//.exec(file)?.[1];
}

function packageOf(file: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(file)?.[1];
}

/** Generated types, and `package.json` for the version. */
function isMade(target: string): boolean {
  return target.startsWith('.runtime/') || target === 'package.json';
}

/**
 * One sentence for each circle: the files that can reach each other (Tarjan's strongly connected components).
 * Types of a neighbour in the same folder are no circle: nothing of them is left when the program runs.
 */
function cyclesOf(graph: Graph): Breach[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const breaches: Breach[] = [];

  function visit(file: string) {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    const targets = graph
      .get(file)!
      .filter(
        ({ target, type_only }) =>
          graph.has(target) && !(type_only && path.dirname(target) === path.dirname(file)),
      )
      .map(({ target }) => target);
    for (const target of targets) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file)!, low.get(target)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1 || targets.includes(file))
      breaches.push(`import in a circle: ${circle.sort().join(', ')}`);
  }

  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return breaches;
}

// --- Packages --------------------------------------------------------------------------------------------------

/** A browser reads them too. Only a command, and a test, runs under Node alone. */
const RUNS_UNDER_NODE = /\/cli\.ts$|\.test\.ts$/;

function packageBreaches(file: string, text: string): Breach[] {
  if (packageOf(file) === undefined || RUNS_UNDER_NODE.test(file)) return [];
  return factsOf(file, text)
    .imports.filter(({ specifier }) => isBuiltin(specifier))
    .map(({ specifier }) => `${file} imports ${specifier}: a package runs in the browser too`);
}

// --- The environment -------------------------------------------------------------------------------------------

function environmentBreaches(file: string, text: string): Breach[] {
  if (
    !/\.(ts|svelte)$/.test(file) ||
    MAY_READ_ENVIRONMENT.test(file) ||
    !factsOf(file, text).reads_environment
  )
    return [];
  return [`${file} reads process.env: only server/config.ts does`];
}

// --- Queries ---------------------------------------------------------------------------------------------------

const ASKS =
  /\b(?:from|join|into|update|using)\s+([a-z]+)\.[a-z_]+|(?:[fF]rom|Join|insertInto|updateTable|using)\(\s*'([a-z]+)\.[a-z_]+/g;

/** What a module asks the database for lies in its own schema, or in that of the kit. */
function queryBreaches(file: string, text: string): Breach[] {
  const own = moduleOf(file);
  if (own === undefined || !file.endsWith('.ts') || file.endsWith('.test.ts')) return [];
  const asked = [...text.matchAll(ASKS)].map(([, inText, inCall]) => inText ?? inCall);
  const strangers = SCHEMAS.filter((schema) => schema !== own && schema !== 'kit' && asked.includes(schema));
  return strangers.map((schema) => `${file} asks for ${schema}: a module reads no schema but its own`);
}

// --- Migrations ------------------------------------------------------------------------------------------------

const KINDS = 'table|view|type|domain|function|procedure|sequence|aggregate';
/** `create trigger … before update on`, `on conflict do update set`, `for update`, `on update cascade` change no table. */
const NO_VERB = String.raw`(?<!\b(?:on|for|do|before|after|or|of)\s+)`;
const VERBS = [
  String.raw`(?:create|alter|drop)\s+(?:(?:or\s+replace|unlogged|materialized)\s+)*(?:${KINDS})`,
  String.raw`insert\s+into|delete\s+from|${NO_VERB}(?:update|truncate(?:\s+table)?)|comment\s+on\s+(?:${KINDS}|column)`,
].join('|');
const NAME = String.raw`(?!(?:only|if)\b)([a-z_]+(?:\.[a-z_]+)?)`;
const CHANGES = new RegExp(
  String.raw`\b(?:${VERBS})\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?${NAME}`,
  'g',
);
const ON_TABLE =
  /\bcreate\s+(?:(?:or\s+replace|unique|constraint)\s+)*(?:index|trigger|policy|rule)\b[^;]*?\bon\s+(?:only\s+)?([a-z_]+\.[a-z_]+)/g;
const OWN_SCHEMA = /\b(?:create|alter|drop)\s+schema\s+(?:if\s+(?:not\s+)?exists\s+)?([a-z_]+)/g;
const MENTION = /\b([a-z_]+)\.[a-z_]+/g;

function migrationBreaches(file: string, text: string): Breach[] {
  const place = /^server\/(?:modules\/([^/]+)|(kit))\/migrations\/[^/]+\.sql$/.exec(file);
  if (!place) return [];
  const own = place[1] ?? 'kit';
  const order = SCHEMAS.findIndex((schema) => schema === own);
  if (order < 0) return [`${file}: ${own} is not in the order of modules`];

  const sql = withoutCommentsAndStrings(text).toLowerCase();
  const breaches = new Set<Breach>();

  for (const [, schema] of sql.matchAll(OWN_SCHEMA)) {
    if (schema !== own)
      breaches.add(`${file} changes the schema ${schema}: a module owns its own and no other`);
  }
  for (const [, target = ''] of [...sql.matchAll(CHANGES), ...sql.matchAll(ON_TABLE)]) {
    if (target.split('.')[0] !== own) breaches.add(`${file} changes ${target}: nobody but its owner does`);
  }
  for (const [mention, schema] of sql.matchAll(MENTION)) {
    const other = SCHEMAS.findIndex((name) => name === schema);
    if (other > order)
      breaches.add(
        `${file} names ${mention}: ${schema} comes later than ${own}, and keys point only backwards`,
      );
  }
  return [...breaches];
}

function withoutCommentsAndStrings(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, ' ');
}
