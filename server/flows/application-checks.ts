import * as z from 'zod';
import type { Finding } from '#api/program/applicant-shapes.ts';
import { ApplicationContent } from '#api/program/application-shapes.ts';
import type { JsonObject } from '#db';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { Refusal, refuse } from '../refuse.ts';
import { checkLicence, parentsOf } from '../views/application-lineage.ts';
import { splitOfTeam } from '../views/application-team.ts';
import { checkedRelease, type CheckedRelease } from './release-content.ts';

type Issues = { path: string; message: string }[];
/** What a draft says so far: the fields that are whole. */
type Said = Partial<ApplicationContent>;
type Check = {
  /** The field that a refusal is about which names none itself, and what stands before those that it names. */
  path: string;
  before: string;
  run(context: Context, applicant_id: AccountId, said: Said): Promise<unknown>;
};

/** What must hold besides each field being there, in the order in which a submission is refused. */
const CHECKS: readonly Check[] = [
  {
    path: 'rights.affirmed',
    before: '',
    run: async (_context, _applicant, { rights }) => {
      if (rights && rights.version !== program.RIGHTS.version)
        refuse('RIGHTS_OUTDATED', { version: program.RIGHTS.version });
    },
  },
  {
    path: 'team',
    before: '',
    run: async (context, applicant_id, { team = [] }) => splitOfTeam(context, applicant_id, team),
  },
  {
    path: 'lineage',
    before: '',
    run: async (context, applicant_id, { slug = null, lineage, licence }) => {
      if (!lineage) return;
      const parents = await parentsOf(context, slug, lineage);
      if (licence) checkLicence(applicant_id, licence, lineage, parents);
    },
  },
  {
    path: 'slug',
    before: '',
    run: async ({ db }, _applicant, { slug }) => {
      if (slug && (await registry.modelBySlug(db, slug))) refuse('SLUG_TAKEN');
    },
  },
  {
    path: 'release.files',
    before: 'release.',
    run: async (context, applicant_id, said) => {
      if (said.release && said.modality) await releaseOf(context, applicant_id, said);
    },
  },
];

/** The release of a draft in order, with files of the applicant's alone; nothing is run. */
export async function releaseOf(
  context: Context,
  applicant_id: AccountId,
  { slug = 'draft', modality, release }: Said,
): Promise<CheckedRelease & { slug: string; modality: registry.Modality }> {
  if (!release || !modality) {
    const missing = { ...(modality ? {} : { modality }), ...(release ? {} : { release }) };
    const issues = Object.keys(missing).map((path) => ({ path, message: 'is missing or not whole' }));
    return refuse('APPLICATION_INCOMPLETE', { issues });
  }
  const of = { slug, modality, uploader_id: applicant_id };
  return { slug, modality, ...(await checkedRelease(context, of, release)) };
}

/** Everything that a draft says, whole and in order; refuses it by name otherwise. */
export async function checkedContent(
  context: Context,
  applicant_id: AccountId,
  draft: JsonObject,
): Promise<ApplicationContent> {
  const content = ApplicationContent.safeParse(draft);
  if (!content.success) return refuse('APPLICATION_INCOMPLETE', { issues: issuesOf(content.error) });
  for (const { run } of CHECKS) await run(context, applicant_id, content.data);
  return content.data;
}

/** All that stands between a draft and its submission. */
export async function findingsOf(
  context: Context,
  { applicant_id, draft }: Pick<program.Application, 'applicant_id' | 'draft'>,
): Promise<Finding[]> {
  const content = ApplicationContent.safeParse(draft);
  const missing = content.success ? [] : issuesOf(content.error);
  const found: Finding[] = missing.map((issue) => ({ ...issue, code: 'APPLICATION_INCOMPLETE' }));
  const said = saidIn(draft);
  for (const { path, before, run } of CHECKS) {
    try {
      await run(context, applicant_id, said);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      found.push(...findingsIn(error, path, before));
    }
  }
  return found;
}

const Told = z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) });
const Why = z.object({ why: z.string() });
/** Of what each of these names in a release. */
const PLACES: Record<string, string> = {
  BINDING_REFUSED: 'binding.',
  INPUT_SCHEMA_REFUSED: 'input_schema.',
};

function findingsIn({ code, message, data }: Refusal, path: string, before: string): Finding[] {
  if (code === 'METERING_REFUSED')
    return [{ path: 'release.price_class', code, message: Why.parse(data).why }];
  const told = Told.safeParse(data);
  if (!told.success) return [{ path, code, message }];
  const place = before + (PLACES[code] ?? '');
  return told.data.issues.map((issue) => ({ path: place + issue.path, code, message: issue.message }));
}

const issuesOf = ({ issues }: z.ZodError): Issues =>
  issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message: message.slice(0, 300) }));

/** The fields of a draft that are whole by themselves. */
function saidIn(draft: JsonObject): Said {
  const { shape } = ApplicationContent;
  const whole = Object.entries(shape).flatMap(([field, schema]) => {
    const value = schema.safeParse(draft[field]);
    return value.success && value.data !== undefined ? [[field, value.data] as const] : [];
  });
  return ApplicationContent.partial().parse(Object.fromEntries(whole));
}
