import type { BlindContent } from '#api/program/review-shapes.ts';
import { type AccountId, asId, type ReleaseId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as identity from '../modules/identity/index.ts';
import type { Application, Revision } from '../modules/program/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { teamOf } from './conflicts.ts';

const AUTHOR = '[the author]';
/** A name that is shorter would be found in every other word. */
const NAME_LENGTH_MIN = 3;

/**
 * A revision without anything that says whose it is: no address, no team, no file names, and the names of those behind
 * it taken out of what they wrote.
 */
export async function blindContent(
  db: Db,
  application: Application,
  revision: Revision,
): Promise<BlindContent> {
  const { content } = revision;
  const { release, licence, lineage } = content;
  const hide = await hiding(db, application.applicant_id, revision);
  return {
    title: hide(content.title),
    modality: content.modality,
    summary: hide(content.summary),
    what_it_does: hide(content.what_it_does),
    features: content.features.map(hide),
    uses: content.uses.map(hide),
    sets_apart: hide(content.sets_apart),
    changelog: hide(content.changelog),
    licence: licence.kind === 'known' ? licence.id : hide(`${licence.title}\n\n${licence.text}`),
    lineage: lineage.kind === 'original' ? [] : await lineageOf(db, lineage, hide),
    engine: release.binding.kind,
    binding: hide(JSON.stringify(release.binding, null, 2)),
    price_class: release.price_class,
    files: await filesOf(db, release.files),
  };
}

/** Not their digests: the same file may be known by its author elsewhere. */
const filesOf = (db: Db, named: Revision['content']['release']['files']): Promise<BlindContent['files']> =>
  Promise.all(
    named.map(async ({ role, digest }) => {
      const file = await registry.modelFile(db, digest.slice('sha256:'.length));
      return { role, format: file?.report.format ?? null, bytes: file?.bytes ?? null };
    }),
  );

async function lineageOf(
  db: Db,
  { parents, elsewhere }: Extract<Revision['content']['lineage'], { kind: 'derived' }>,
  hide: (text: string) => string,
): Promise<string[]> {
  const releases = await Promise.all(
    parents.map(({ release_id }) => registry.releaseById(db, asId<ReleaseId>(release_id))),
  );
  const here = releases.flatMap((release) => (release ? [`${release.title} ${release.version}`] : []));
  return [...here, ...elsewhere.map(({ name, licence_id }) => `${hide(name)} (elsewhere, ${licence_id})`)];
}

/** Takes the handles and names of those behind a revision out of a text, whatever their case. */
async function hiding(
  db: Db,
  applicant_id: AccountId,
  revision: Revision,
): Promise<(text: string) => string> {
  // who was in the team of another revision may be named in this one
  const revisions = await program.revisionsOf(db, revision.application_id);
  const teams = await Promise.all(revisions.map((one) => teamOf(db, one)));
  const accounts = await identity.accountsByIds(db, [...new Set([applicant_id, ...teams.flat()])]);
  const names = [...accounts.values()]
    .flatMap(({ handle, display_name }) => [handle, display_name])
    .filter((name) => name.length >= NAME_LENGTH_MIN)
    // the longer first: one name may stand within another
    .toSorted((a, b) => b.length - a.length);
  if (names.length === 0) return (text) => text;
  const any = new RegExp(
    `(?<![\\p{L}\\p{N}])@?(?:${names.map((name) => RegExp.escape(name)).join('|')})(?![\\p{L}\\p{N}])`,
    'giu',
  );
  return (text) => text.replace(any, AUTHOR);
}
