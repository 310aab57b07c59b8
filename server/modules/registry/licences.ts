import type { LicenceChoice } from '#api/program/application-shapes.ts';

/** What a licence asks and allows, as far as it decides whether one model may be made from another. */
export type LicenceTerms = {
  commercial_use: boolean;
  derivatives: boolean;
  /** What is made from it must come under the same licence. */
  share_alike: boolean;
  attribution: boolean;
  /** Uses that it forbids; whoever passes it on must forbid them too. */
  use_restrictions: boolean;
};
export type KnownLicence = {
  id: string;
  title: string;
  url: string | null;
  terms: LicenceTerms;
  /** May be chosen for a model that earns here; the others only describe where one came from. */
  own: boolean;
};

const terms = (...words: (keyof LicenceTerms)[]): LicenceTerms => ({
  commercial_use: words.includes('commercial_use'),
  derivatives: words.includes('derivatives'),
  share_alike: words.includes('share_alike'),
  attribution: words.includes('attribution'),
  use_restrictions: words.includes('use_restrictions'),
});
const FREE = ['commercial_use', 'derivatives'] as const;
const creativeCommons = (name: string) => `https://creativecommons.org/licenses/${name}/4.0/`;

/** The sentence under which the house's own models are published. */
const HOUSE = 'Outputs may be used freely, also commercially; the model itself stays on StellaryAI.';

/** Licences whose conditions are known. What is not on this screen is unknown, and nothing is assumed of it. */
export const LICENCES: readonly KnownLicence[] = [
  {
    id: 'CC0-1.0',
    title: 'CC0 1.0: no rights reserved',
    url: 'https://creativecommons.org/publicdomain/zero/1.0/',
    terms: terms(...FREE),
    own: true,
  },
  {
    id: 'CC-BY-4.0',
    title: 'Creative Commons Attribution 4.0',
    url: creativeCommons('by'),
    terms: terms(...FREE, 'attribution'),
    own: true,
  },
  {
    id: 'CC-BY-SA-4.0',
    title: 'Creative Commons Attribution-ShareAlike 4.0',
    url: creativeCommons('by-sa'),
    terms: terms(...FREE, 'attribution', 'share_alike'),
    own: true,
  },
  {
    id: 'CC-BY-ND-4.0',
    title: 'Creative Commons Attribution-NoDerivatives 4.0',
    url: creativeCommons('by-nd'),
    terms: terms('commercial_use', 'attribution'),
    own: true,
  },
  {
    id: 'CC-BY-NC-4.0',
    title: 'Creative Commons Attribution-NonCommercial 4.0',
    url: creativeCommons('by-nc'),
    terms: terms('derivatives', 'attribution'),
    own: false,
  },
  {
    id: 'CC-BY-NC-SA-4.0',
    title: 'Creative Commons Attribution-NonCommercial-ShareAlike 4.0',
    url: creativeCommons('by-nc-sa'),
    terms: terms('derivatives', 'attribution', 'share_alike'),
    own: false,
  },
  {
    id: 'MIT',
    title: 'MIT License',
    url: 'https://opensource.org/license/mit',
    terms: terms(...FREE, 'attribution'),
    own: true,
  },
  {
    id: 'Apache-2.0',
    title: 'Apache License 2.0',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    terms: terms(...FREE, 'attribution'),
    own: true,
  },
  {
    id: 'BSD-3-Clause',
    title: 'BSD 3-Clause License',
    url: 'https://opensource.org/license/bsd-3-clause',
    terms: terms(...FREE, 'attribution'),
    own: true,
  },
  {
    id: 'CreativeML-OpenRAIL-M',
    title: 'CreativeML Open RAIL-M',
    url: 'https://huggingface.co/spaces/CompVis/stable-diffusion-license',
    terms: terms(...FREE, 'attribution', 'use_restrictions'),
    own: true,
  },
  {
    id: 'OpenRAIL++-M',
    title: 'Open RAIL++-M',
    url: 'https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md',
    terms: terms(...FREE, 'attribution', 'use_restrictions'),
    own: true,
  },
  {
    id: 'proprietary',
    title: 'All rights reserved: only to be generated with here',
    url: null,
    terms: terms('commercial_use', 'attribution'),
    own: true,
  },
  {
    id: 'stellary-house',
    title: 'House models: to be built on here, not to be carried away',
    url: null,
    terms: terms(...FREE),
    own: false,
  },
];

const byId = new Map(LICENCES.map((licence) => [licence.id, licence]));

export const knownLicence = (id: string): KnownLicence | undefined => byId.get(id);

/** What stands on the release: the name of a known licence, or the whole of an own one. */
export const licenceLine = (choice: LicenceChoice): string =>
  choice.kind === 'known' ? choice.id : choice.title;

/** The known licence that a release was published under, if it is one. */
export const licenceOfLine = (line: string): KnownLicence | undefined =>
  byId.get(line === HOUSE ? 'stellary-house' : line);

/** What a model was made from: its licence, or null where its conditions are not known here. */
export type ParentLicence = { name: string; licence: KnownLicence | null; path: string };
/** The licence of the model itself: a known one, or one of the applicant's own words. */
export type OwnLicence = { id: string; terms: LicenceTerms } | null;
export type Conflict = { path: string; message: string };

/**
 * Why a model under `own` may not be made from its parents. Whatever earns here is used commercially, so a parent that
 * forbids this rules it out; where nothing is known nothing is allowed.
 */
export function licenceConflicts(own: OwnLicence, parents: readonly ParentLicence[]): Conflict[] {
  return parents.flatMap(({ name, licence, path }) =>
    reasons(own, licence).map((reason) => ({ path, message: `${name} ${reason}` })),
  );
}

function reasons(own: OwnLicence, parent: KnownLicence | null): string[] {
  if (!parent) return ['has a licence whose conditions are not known here, so nothing may be made from it.'];
  const { id, terms: asked } = parent;
  const found: string[] = [];
  if (!asked.derivatives) found.push(`comes under ${id}, which allows nothing to be made from it.`);
  if (!asked.commercial_use) found.push(`comes under ${id}, which allows no commercial use.`);
  if (asked.share_alike && own?.id !== id)
    found.push(`comes under ${id}, and what is made from it must come under the same.`);
  if (asked.use_restrictions && own && !own.terms.use_restrictions)
    found.push(`comes under ${id}, whose restrictions of use must be passed on; choose a licence that does.`);
  if (asked.use_restrictions && !own)
    found.push(`comes under ${id}, whose restrictions of use an own licence is not known to pass on.`);
  if (asked.attribution && own && !own.terms.attribution)
    found.push(`comes under ${id}, which asks to be named; choose a licence that does.`);
  return found;
}
