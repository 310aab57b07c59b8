import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { actsFrom } from '../kit/state-machine.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';

/** Disks are for those who make models here, and for those who are applying to. */
export async function mayBringFiles({ db }: Context, caller: Caller): Promise<void> {
  const account = caller.account ?? refuse('NOT_SIGNED_IN');
  if (makesModels(account)) return;
  const { id } = account;
  const applications = await program.applicationsOf(db, id, { after: null, limit: 20 });
  const { applicationMachine } = program;
  if (applications.some(({ state }) => actsFrom(applicationMachine, state, 'applicant').includes('submit')))
    return;
  refuse('NOT_ALLOWED', { why: 'Begin an application first: files belong to one.' });
}

type Roles = Pick<NonNullable<Caller['account']>, 'roles'>;
const makesModels = ({ roles }: Roles) => roles.includes('creator') || roles.includes('admin');

/** How much all files of somebody may take together: less while nothing of theirs was accepted. */
export const filesBytesMax = (config: Config, account: Roles): number =>
  makesModels(account)
    ? config.model_files_bytes_max
    : Math.min(config.model_files_bytes_max, config.applicant_files_bytes_max);
