import type { ApplicationContent } from '#api/program/application-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import type * as earnings from '../modules/earnings/index.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';

const WHOLE_PPM = 1_000_000;
/** A hundredth of a percent, the least that anybody has. */
const POINT_PPM = 100;

/** The split that a team asks for: the applicant has what the others do not. Refuses people who cannot be in it. */
export async function splitOfTeam(
  { db }: Pick<Context, 'db'>,
  applicant_id: AccountId,
  team: ApplicationContent['team'],
): Promise<earnings.AgreedPart[]> {
  const issues: { path: string; message: string }[] = [];
  const parts: earnings.AgreedPart[] = [];
  for (const [place, { handle, part_ppm }] of team.entries()) {
    const tell = (field: string, message: string) => issues.push({ path: `team.${place}.${field}`, message });
    const account = await identity.accountByHandle(db, handle);
    if (!account) tell('handle', `Nobody goes by @${handle}.`);
    else if (account.id === applicant_id) tell('handle', 'You have what the others do not have.');
    else if (parts.some(({ person_id }) => person_id === account.id))
      tell('handle', `@${handle} is in the team already.`);
    else parts.push({ person_id: account.id, role: 'collaborator', part_ppm });
    if (part_ppm % POINT_PPM !== 0) tell('part_ppm', 'Parts are in hundredths of a percent.');
  }
  const left = WHOLE_PPM - team.reduce((sum, { part_ppm }) => sum + part_ppm, 0);
  if (left < POINT_PPM) issues.push({ path: 'team', message: 'Nothing is left for you.' });
  if (issues.length > 0) refuse('TEAM_REFUSED', { issues });
  return [{ person_id: applicant_id, role: 'creator', part_ppm: left }, ...parts];
}
