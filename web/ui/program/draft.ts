import type { ApplicationDraftInput, ApplicationFinding } from '#web/api-types.ts';
import { inWords } from '#web/issue-words.ts';

/** The sections of an application, in the order in which one writes it. */
export const STEPS = [
  { id: 'team', label: 'You and your team', paths: ['team'] },
  {
    id: 'model',
    label: 'The model',
    paths: [
      'title',
      'slug',
      'modality',
      'summary',
      'what_it_does',
      'features',
      'uses',
      'sets_apart',
      'changelog',
    ],
  },
  { id: 'files', label: 'Files and how it runs', paths: ['release'] },
  { id: 'lineage', label: 'Lineage and licence', paths: ['lineage', 'licence'] },
  { id: 'samples', label: 'Samples', paths: ['samples'] },
  { id: 'price', label: 'Price and terms', paths: ['release.price_class', 'release.metering'] },
  { id: 'rights', label: 'Rights', paths: ['rights'] },
  { id: 'review', label: 'Review and submit', paths: [] },
] as const;
export type StepId = (typeof STEPS)[number]['id'];

export const isStep = (text: string | null): text is StepId => STEPS.some(({ id }) => id === text);

const within = (path: string, field: string) => path === field || path.startsWith(`${field}.`);

/** The section that a field stands in: the one that names it most exactly. */
export function stepOf(path: string): StepId {
  const named = STEPS.flatMap(({ id, paths }) =>
    paths.filter((field) => within(path, field)).map((field) => ({ id, length: field.length })),
  );
  return named.toSorted((a, b) => b.length - a.length)[0]?.id ?? 'review';
}

const names: Record<string, string> = {
  title: 'Title',
  slug: 'Address',
  modality: 'What it makes',
  summary: 'Summary',
  what_it_does: 'What it does',
  features: 'Features',
  uses: 'Potential applications',
  sets_apart: 'What sets it apart',
  changelog: 'Changelog',
  'release.version': 'Version',
  'release.binding': 'How it runs',
  'release.files': 'Files',
  'release.input_schema': 'Input schema',
  'release.price_class': 'Price class',
  'release.metering': 'Metering',
  release: 'Files and how it runs',
  licence: 'Licence',
  'lineage.parents': 'Parents here',
  'lineage.elsewhere': 'Parents elsewhere',
  lineage: 'Lineage',
  team: 'Team',
  rights: 'Statement of rights',
  samples: 'Samples',
  // what a reviewer sees of a release
  engine: 'Runs as',
  binding: 'How it runs',
  price_class: 'Price class',
  files: 'Files',
  weights: 'Contents of the files',
};

/** What people call a field. */
export function nameOf(path: string): string {
  const known = Object.keys(names).filter((field) => within(path, field));
  return names[known.toSorted((a, b) => b.length - a.length)[0] ?? ''] ?? path;
}

/** The field to lead to: the ones of a list stand in one place. */
export function anchorOf(path: string): string {
  const known = Object.keys(names).filter((field) => within(path, field));
  return `field-${known.toSorted((a, b) => b.length - a.length)[0] ?? path}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export type Part = { handle: string; part_ppm: number };
export type Parent = { release_id: string; royalty_ppm: number };
export type Elsewhere = { name: string; licence_id: string; url?: string };
export type FileOf = { role: string; digest: string };

/** A draft as the form holds it: everything has a place, and what is not said is empty. */
export type Written = {
  title: string;
  slug: string;
  modality: string;
  summary: string;
  what_it_does: string;
  features: string[];
  uses: string[];
  sets_apart: string;
  changelog: string;
  release: {
    version: string;
    binding: Record<string, unknown>;
    files: FileOf[];
    price_class: string;
    input_schema?: Record<string, unknown>;
    metering?: Record<string, unknown>;
  };
  licence: { kind: string; id: string; title: string; text: string };
  lineage: { kind: string; parents: Parent[]; elsewhere: Elsewhere[] };
  team: Part[];
  rights: { version: string; affirmed: boolean };
};

/** What lies in a draft, as the form holds it. */
export function readDraft(draft: ApplicationDraftInput): Written {
  const of = (value: unknown) => (isRecord(value) ? value : {});
  const [release, licence, lineage, rights] = [
    of(draft['release']),
    of(draft['licence']),
    of(draft['lineage']),
    of(draft['rights']),
  ];
  const records = (value: unknown) => list(value).filter(isRecord);
  const { input_schema, metering } = release;
  return {
    title: text(draft['title']),
    slug: text(draft['slug']),
    modality: text(draft['modality']),
    summary: text(draft['summary']),
    what_it_does: text(draft['what_it_does']),
    features: list(draft['features']).map(text),
    uses: list(draft['uses']).map(text),
    sets_apart: text(draft['sets_apart']),
    changelog: text(draft['changelog']),
    release: {
      version: text(release['version']) || '1.0.0',
      binding: of(release['binding']),
      files: records(release['files']).map(({ role, digest }) => ({
        role: text(role),
        digest: text(digest),
      })),
      price_class: text(release['price_class']),
      ...(isRecord(input_schema) ? { input_schema } : {}),
      ...(isRecord(metering) ? { metering } : {}),
    },
    licence: {
      kind: text(licence['kind']),
      id: text(licence['id']),
      title: text(licence['title']),
      text: text(licence['text']),
    },
    lineage: {
      kind: text(lineage['kind']),
      parents: records(lineage['parents']).map(({ release_id, royalty_ppm }) => ({
        release_id: text(release_id),
        royalty_ppm: Number(royalty_ppm) || 0,
      })),
      elsewhere: records(lineage['elsewhere']).map(({ name, licence_id, url }) => ({
        name: text(name),
        licence_id: text(licence_id),
        ...(url === undefined ? {} : { url: text(url) }),
      })),
    },
    team: records(draft['team']).map(({ handle, part_ppm }) => ({
      handle: text(handle),
      part_ppm: Number(part_ppm) || 0,
    })),
    rights: { version: text(rights['version']), affirmed: rights['affirmed'] === true },
  };
}

/** The same as a draft to save: what nobody said is left out. */
export function writeDraft(written: Written): ApplicationDraftInput {
  const { modality, release, licence, lineage, rights, features, uses, ...plain } = written;
  const { binding, price_class, ...rest } = release;
  const spoken = (lines: string[]) => lines.map((line) => line.trim()).filter(Boolean);
  const own = { kind: 'own', title: licence.title, text: licence.text };
  const { kind, parents, elsewhere } = lineage;
  return {
    ...plain,
    ...(modality ? { modality } : {}),
    features: spoken(features),
    uses: spoken(uses),
    release: {
      ...rest,
      ...(binding['kind'] ? { binding } : {}),
      ...(price_class ? { price_class } : {}),
    },
    ...(licence.kind === 'own' && { licence: own }),
    ...(licence.kind === 'known' && { licence: { kind: 'known', id: licence.id } }),
    ...(kind === 'original' && { lineage: { kind } }),
    ...(kind === 'derived' && { lineage: { kind, parents, elsewhere: elsewhere.map(withoutEmptyUrl) } }),
    ...(rights.affirmed ? { rights } : {}),
  };
}

const withoutEmptyUrl = ({ url, ...rest }: Elsewhere): Elsewhere => (url ? { ...rest, url } : rest);

/** What stands at a path of a draft, to know whether somebody has written there. */
export function at(draft: ApplicationDraftInput, path: string): unknown {
  let value: unknown = draft;
  for (const step of path.split('.')) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value)) value = value[step];
    else return undefined;
  }
  return value;
}

export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0);

/** The first finding of a field or of what lies in it. */
export const findingAt = (findings: readonly ApplicationFinding[], path: string) =>
  findings.find((finding) => within(finding.path, path)) ?? null;

/** What is wrong with a field, in words: where nothing stands, that something must. */
export function wordsOf({ path, code, message }: ApplicationFinding, draft: ApplicationDraftInput): string {
  if (code !== 'APPLICATION_INCOMPLETE') return message;
  if (isEmpty(at(draft, path))) return 'This is needed.';
  if (path.endsWith('.handle')) return 'A handle has 3 to 30 characters: a-z, 0-9 and hyphen.';
  if (path.endsWith('.part_ppm')) return 'A part is 0.01 % at least, and less than all of it.';
  if (path === 'slug') return 'An address is of a-z, 0-9 and hyphen.';
  return inWords(message);
}

/** "The Sea at Night" -> "the-sea-at-night" */
export const slugOf = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
