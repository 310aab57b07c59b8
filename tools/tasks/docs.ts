import fs from 'node:fs';
import * as prettier from 'prettier';
import { machinesDocument } from '../../server/machines-document.ts';
import { machines } from '../../server/machines.ts';
import { inRoot } from './paths.ts';

export const STATE_MACHINES_FILE = inRoot('docs/state-machines.md');

/** The page about everything that goes through states, laid out as every other file is. */
export async function stateMachinesPage(): Promise<string> {
  const options = await prettier.resolveConfig(STATE_MACHINES_FILE);
  return prettier.format(machinesDocument(machines), { ...options, parser: 'markdown' });
}

/** Writes the documentation that is made from code. */
export async function writeDocs(): Promise<void> {
  fs.writeFileSync(STATE_MACHINES_FILE, await stateMachinesPage());
}
