import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ballotTable, writing } from '@stellary/judging';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FileStore, openFileStore } from '../../kit/files.ts';
import { readFrozen } from './tally-files.ts';

let folder: string;
let media: FileStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tally-files-'));
  media = await openFileStore(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const entries = ['a', 'b'].map((id) => ({ id, asset: '0'.repeat(64), persons: ['Zoë'], out: null }));
const voters = [{ id: 'v', class: 'new' as const, cluster: null, barred: null }];
const cast = [
  {
    ...{ phase: 'qualifying' as const, voter: 'v', k: 0, slot: 0, draw: 2, left: 'b', right: 'a' },
    ...{ choice: 'equal' as const, damaged: null, dwell: 7, hour: 500_000 },
  },
];
const rest = { entries, voters, roots: [], finalists: null, support: null };
const ballots = ballotTable(entries, voters, cast);

test('what a counting froze is read as it was, also where an older release froze it', async () => {
  const frozen = { ...rest, ballots };
  for (const text of [[...writing(frozen)].join(''), JSON.stringify({ ...rest, ballots: cast })]) {
    const digest = await media.put(Buffer.from(text));
    expect(await readFrozen({ media }, new Map([['ballots_frozen', digest]]))).toEqual(frozen);
  }
});

test('a file that was cut is no counting', async () => {
  const digest = await media.put(Buffer.from([...writing({ ...rest, ballots })].join('')));
  await writeFile(media.pathOf(digest), '{"ballots":[[0,0,');
  await expect(readFrozen({ media }, new Map([['ballots_frozen', digest]]))).rejects.toThrow(SyntaxError);
});
