import type { ApplicationContent, LicenceChoice } from '#api/program/application-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

type Lineage = ApplicationContent['lineage'];
type Declared = Extract<Lineage, { kind: 'derived' }>['parents'][number];
export type Parent = Declared & { place: number; ancestor: registry.Ancestor };

const percent = (ppm: number) => `${ppm / 10_000} %`;

/** The parents that are published here; refuses what nothing can be made from. `slug` is of the model itself. */
export async function parentsOf(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  slug: string | null,
  lineage: Lineage,
): Promise<Parent[]> {
  if (lineage.kind === 'original') return [];
  const { parents, elsewhere } = lineage;
  const issues: { path: string; message: string }[] = [];
  const tell = (path: string, message: string) => issues.push({ path: `lineage.${path}`, message });
  if (parents.length + elsewhere.length === 0) tell('parents', 'Name at least one model that it comes from.');
  const ids = parents.map(({ release_id }) => release_id);
  const at = clock.now();
  const line = await registry.lineageOf(db, ids, program.LINEAGE_DEPTH_MAX + 1);
  const found = parents.flatMap((parent, place) => {
    const path = `parents.${place}.release_id`;
    const ancestor = line.find(({ release_id }) => release_id === parent.release_id);
    if (!ancestor) tell(path, 'There is no such release.');
    else if (ancestor.withdrawn) tell(path, `${ancestor.title} ${ancestor.version} was withdrawn.`);
    else if (ancestor.ends_at && ancestor.ends_at <= at)
      tell(path, `${ancestor.title} ${ancestor.version} has ended, as was announced.`);
    else if (ids.indexOf(parent.release_id) < place) tell(path, `${ancestor.title} is named twice.`);
    else return [{ ...parent, place, ancestor }];
    return [];
  });
  const royalties = parents.reduce((sum, { royalty_ppm }) => sum + royalty_ppm, 0);
  if (royalties > program.ROYALTIES_PPM_MAX)
    tell('parents', `All parents together get at most ${percent(program.ROYALTIES_PPM_MAX)} of your share.`);
  if (line.some((ancestor) => ancestor.slug === slug))
    tell('parents', 'A model of this address would be its own ancestor.');
  if (line.some(({ depth }) => depth > program.LINEAGE_DEPTH_MAX))
    tell('parents', `A lineage goes back ${program.LINEAGE_DEPTH_MAX} models at most.`);
  return issues.length > 0 ? refuse('LINEAGE_REFUSED', { issues }) : found;
}

/** Refuses a licence that does not go together with those of the parents. Whoever made a parent may license it anew. */
export function checkLicence(
  applicant_id: AccountId,
  choice: LicenceChoice,
  lineage: Lineage,
  parents: readonly Parent[],
): void {
  const known = choice.kind === 'known' ? registry.knownLicence(choice.id) : null;
  if (known === undefined || known?.own === false) {
    const message = 'This is none of the licences that a model may have here.';
    refuse('LICENCE_CONFLICT', { issues: [{ path: 'licence.id', message }] });
  }
  const here = parents
    .filter(({ ancestor }) => ancestor.creator_id !== applicant_id)
    .map(({ place, ancestor }) => ({
      name: ancestor.title,
      licence: registry.licenceOfLine(ancestor.licence) ?? null,
      path: `lineage.parents.${place}.release_id`,
    }));
  const others = lineage.kind === 'derived' ? lineage.elsewhere : [];
  const elsewhere = others.map(({ name, licence_id }, place) => ({
    name,
    licence: registry.knownLicence(licence_id) ?? null,
    path: `lineage.elsewhere.${place}.licence_id`,
  }));
  const issues = registry.licenceConflicts(known, [...here, ...elsewhere]);
  if (issues.length > 0) refuse('LICENCE_CONFLICT', { issues });
}
