import { createHash, hash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendToUpload } from '../../server/flows/append-to-upload.ts';
import { checkNextUpload } from '../../server/flows/check-model-uploads.ts';
import { forgetModelUploads } from '../../server/flows/forget-model-uploads.ts';
import { asId, type ModelUploadId } from '../../server/ids.ts';
import type { Clock } from '../../server/kit/clock.ts';
import * as registry from '../../server/modules/registry/index.ts';
import type { Visitor } from '../client.ts';
import { eventually, gate } from '../eventually.ts';
import { comeBack, giveRole, idOf } from '../finance.ts';
import { refusedFiles, safetensors } from '../model-files/hostile.ts';
import { wavePainter } from '../model-files/onnx.ts';
import { expectRefusal } from '../refusal.ts';
import { startWorld, type World } from '../world.ts';

const MEGABYTE = 1_000_000;
const HOUR_MS = 3_600_000;
let ahead_ms = 0;
const clock: Clock = { now: () => new Date(Date.now() + ahead_ms) };
let world: World;
type Member = Awaited<ReturnType<World['member']>>;
let maker: Member;
let other: Member;
beforeAll(async () => {
  const env = {
    MODEL_FILE_MB_MAX: '1',
    MODEL_UPLOAD_MB_MAX: '40',
    MODEL_FILES_MB_MAX: '100',
    APPLICANT_FILES_MB_MAX: '30',
  };
  // no worker of its own: the tests say when what came in is read through
  world = await startWorld({ env, clock, roles: 'web' });
  [maker, other] = [await creator('maker'), await creator('other')];
}, 60_000);
afterAll(() => world.end());

async function creator(name: string): Promise<Member> {
  const person = await world.member(name);
  await giveRole(world, person, 'creator');
  await comeBack(person);
  return person;
}

/** Weights that differ with their seed. */
function weights(bytes: number, seed: string, name = 'w'): Uint8Array {
  const data = createHash('shake256', { outputLength: bytes }).update(seed).digest();
  const half = bytes / 2;
  const header = {
    [`${name}.a`]: { dtype: 'U8', shape: [half], data_offsets: [0, half] },
    [`${name}.none`]: { dtype: 'F32', shape: [0], data_offsets: [half, half] },
    [`${name}.b`]: { dtype: 'U8', shape: [half], data_offsets: [half, bytes] },
  };
  return safetensors(JSON.stringify(header), data);
}
const sum = (bytes: Uint8Array) => `sha256:${hash('sha256', bytes, 'hex')}`;
const fileOf = (bytes: Uint8Array) => new File([Buffer.from(bytes)], 'part');

const begin = (person: Visitor, bytes: number, digest?: string, name = 'weights.safetensors') =>
  person.api.registry.createModelUpload({ name, bytes, ...(digest && { digest }) });
const part = (person: Visitor, id: string, offset: number, bytes: Uint8Array) =>
  person.api.registry.createUploadPart({ params: { id }, query: { offset }, body: fileOf(bytes) });
const look = (person: Visitor, id: string) => person.api.registry.getModelUpload({ id });
async function bring(person: Visitor, bytes: Uint8Array, digest?: string) {
  const { id } = await begin(person, bytes.length, digest);
  await part(person, id, 0, bytes);
  await checkNextUpload(world.context);
  return look(person, id);
}
const draftOf = async (id: string) => (await world.context.model_uploads.ids()).includes(id);

describe('a large file', () => {
  test('is broken off at 99 %, goes on where it ended and is stored with all its tensors', async () => {
    const bytes = weights(20 * MEGABYTE, 'large');
    const { id } = await begin(maker, bytes.length, sum(bytes));
    const at = Math.floor(bytes.length * 0.99);
    await part(maker, id, 0, bytes.subarray(0, 10 * MEGABYTE));
    await part(maker, id, 10 * MEGABYTE, bytes.subarray(10 * MEGABYTE, at));
    await breakOff(id, at, bytes.length - at);
    const [found] = (await maker.api.registry.listModelUploads({})).items;
    expect(found).toMatchObject({ id, received: at, state: 'open', can: { append: { allowed: true } } });
    const whole = await part(maker, id, found?.received ?? 0, bytes.subarray(at));
    expect(whole).toMatchObject({
      state: 'checking',
      received: bytes.length,
      can: { append: { allowed: false } },
    });
    expect(await checkNextUpload(world.context)).toBe(1);
    const stored = await look(maker, id);
    expect(stored).toMatchObject({
      state: 'stored',
      file: { digest: sum(bytes), bytes: bytes.length, report: { format: 'safetensors', tensors: 3 } },
    });
    expect(stored.checks.map(({ state }) => state)).toEqual(Array(5).fill('passed'));
    expect(await world.context.model_files.holds(sum(bytes).slice(7))).toBe(true);
    expect(await draftOf(id)).toBe(false);
    expect((await maker.api.registry.listModelFiles({})).items.map(({ digest }) => digest)).toEqual([
      sum(bytes),
    ]);
    expect((await maker.api.registry.listModelUploads({})).items).toEqual([]);
  });

  test('is written over where a process died before it could say how far it was', async () => {
    const bytes = weights(MEGABYTE, 'died');
    const { id } = await begin(maker, bytes.length, sum(bytes));
    await part(maker, id, 0, bytes.subarray(0, 1_000));
    // what a killed process leaves: bytes on the disk that nobody has noted
    await writeFile(world.context.model_uploads.pathOf(id), Buffer.alloc(3_000, 7), { flag: 'a' });
    await part(maker, id, 1_000, bytes.subarray(1_000));
    await checkNextUpload(world.context);
    expect(await look(maker, id)).toMatchObject({ state: 'stored', file: { digest: sum(bytes) } });
  });

  test('whose draft was lost is said to be, before the next part and before the checks', async () => {
    const bytes = weights(2_000, 'lost');
    const [going, whole] = [await begin(maker, bytes.length), await begin(maker, bytes.length)];
    await part(maker, going.id, 0, bytes.subarray(0, 1_000));
    await part(maker, whole.id, 0, bytes);
    for (const { id } of [going, whole]) await world.context.model_uploads.remove(id);
    const lost = { state: 'refused', refusal: { code: 'DRAFT_LOST' } };
    expect(await part(maker, going.id, 1_000, bytes.subarray(1_000))).toMatchObject(lost);
    await checkNextUpload(world.context);
    expect(await look(maker, whole.id)).toMatchObject(lost);
  });

  test('whose check died is read again by the next', async () => {
    const bytes = weights(MEGABYTE, 'dies while it is checked');
    const { id } = await begin(maker, bytes.length);
    await part(maker, id, 0, bytes);
    const [at, upto] = [clock.now(), new Date(clock.now().getTime() + 60_000)];
    await world.context.database.inTransaction((tx) => registry.claimUploadToCheck(tx, at, upto));
    expect(await checkNextUpload(world.context)).toBe(0);
    ahead_ms += 61_000;
    expect(await checkNextUpload(world.context)).toBe(1);
    expect((await look(maker, id)).state).toBe('stored');
  });
});

describe('what is refused', () => {
  test('another checksum than was announced is named with the one that was found, and nothing is kept', async () => {
    const bytes = weights(MEGABYTE, 'changed on the way');
    const announced = sum(weights(MEGABYTE, 'as it was'));
    const refused = await bring(maker, bytes, announced);
    expect(refused).toMatchObject({
      state: 'refused',
      file: null,
      refusal: { code: 'CHECKSUM_WRONG', expected: announced, found: sum(bytes) },
    });
    expect(refused.checks.at(-1)).toMatchObject({ name: 'digest', state: 'refused' });
    expect(await world.context.model_files.holds(sum(bytes).slice(7))).toBe(false);
    expect(await draftOf(refused.id)).toBe(false);
  });

  test("somebody else's upload answers like one that is not there", async () => {
    const { id } = await begin(maker, MEGABYTE);
    for (const one of [id, randomUUID()]) {
      await expectRefusal(look(other, one), 'NOT_FOUND');
      await expectRefusal(part(other, one, 0, new Uint8Array(10)), 'NOT_FOUND');
      await expectRefusal(other.api.registry.deleteModelUpload({ id: one }), 'NOT_FOUND');
    }
    expect((await other.api.registry.listModelUploads({})).items).toEqual([]);
    await expectRefusal(look(world.visitor(), id), 'NOT_SIGNED_IN');
    await maker.api.registry.deleteModelUpload({ id });
  });

  test('a part that begins elsewhere is told where the next one begins, and one that is too long how much is left', async () => {
    const { id } = await begin(maker, 1_000);
    await part(maker, id, 0, weights(900, 'x').subarray(0, 600));
    const refused = await expectRefusal(part(maker, id, 0, new Uint8Array(10)), 'UPLOAD_OFFSET_WRONG');
    expect(refused).toMatchObject({ offset: 600 });
    const longer = await expectRefusal(part(maker, id, 600, new Uint8Array(401)), 'FILE_TOO_LARGE');
    expect(longer).toMatchObject({ bytes_max: 400 });
    await expectRefusal(part(maker, id, -1, new Uint8Array(10)), 'INVALID_INPUT');
    expect(await maker.api.registry.deleteModelUpload({ id })).toMatchObject({ state: 'cancelled' });
    await expectRefusal(part(maker, id, 600, new Uint8Array(10)), 'NOT_NOW');
    await expectRefusal(maker.api.registry.deleteModelUpload({ id }), 'NOT_NOW');
    expect(await draftOf(id)).toBe(false);
  });

  test('of two parts at once one is appended and the other is refused by name', async () => {
    const bytes = weights(MEGABYTE, 'twice');
    const { id } = await begin(maker, bytes.length, sum(bytes));
    const uploader = await idOf(maker);
    const [writing, go] = [gate(), gate()];
    const { model_uploads } = world.context;
    const slow = {
      ...model_uploads,
      write: async (...args: Parameters<typeof model_uploads.write>) => {
        writing.open();
        await go.opened;
        await model_uploads.write(...args);
      },
    };
    const of = { id: asId<ModelUploadId>(id), offset: 0, bytes: fileOf(bytes) };
    const first = appendToUpload({ ...world.context, model_uploads: slow }, uploader, of);
    await writing.opened;
    await expectRefusal(part(maker, id, 0, bytes), 'UPLOAD_BUSY');
    go.open();
    await first;
    await expectRefusal(part(maker, id, 0, bytes), 'NOT_NOW');
    const many = await begin(maker, 8_000);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => part(maker, many.id, 0, weights(7_500, 'many').subarray(0, 4_000))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await look(maker, many.id)).toMatchObject({ received: 4_000, state: 'open' });
    await maker.api.registry.deleteModelUpload({ id: many.id });
    await checkNextUpload(world.context);
    expect(await look(maker, id)).toMatchObject({ state: 'stored' });
  });

  test('too large, too much of one account, too many at once, no room on the disk', async () => {
    const large = await expectRefusal(begin(maker, 41 * MEGABYTE), 'FILE_TOO_LARGE');
    expect(large).toMatchObject({ bytes_max: 40 * MEGABYTE });
    const hoarder = await creator('hoarder');
    for (let n = 0; n < 2; n += 1) await begin(hoarder, 40 * MEGABYTE);
    const full = await expectRefusal(begin(hoarder, 21 * MEGABYTE), 'MODEL_FILES_FULL');
    expect(full).toMatchObject({ bytes_max: 100 * MEGABYTE });
    for (let n = 0; n < 18; n += 1) await begin(hoarder, 10);
    await expectRefusal(begin(hoarder, 10), 'UPLOADS_FULL');
    const { model_files } = world.context;
    const { room } = model_files;
    model_files.room = async () => 1024n * 1024n * 1024n + 50n * 1_000_000n;
    // room for it alone, and not beside what was promised to others
    await expectRefusal(begin(maker, 10 * MEGABYTE), 'STORAGE_FULL');
    model_files.room = room;
  });

  test('a part without a byte, which would keep room for nothing', async () => {
    const { id } = await begin(maker, 1_000);
    await expectRefusal(part(maker, id, 0, new Uint8Array()), 'PART_EMPTY');
    await maker.api.registry.deleteModelUpload({ id });
  });

  test('more of somebody who only applies than they may have', async () => {
    const applicant = await world.member('applicant');
    await applicant.api.program.createApplication({});
    const full = await expectRefusal(begin(applicant, 31 * MEGABYTE), 'MODEL_FILES_FULL');
    expect(full).toMatchObject({ bytes_max: 30 * MEGABYTE });
    expect(await begin(applicant, 30 * MEGABYTE)).toMatchObject({ state: 'open' });
  });

  test('whoever makes no models here and applies for nothing', async () => {
    const fan = await world.member('fan');
    await expectRefusal(begin(fan, 1_000), 'NOT_ALLOWED');
  });

  test('what its first bytes show to be no model is refused before the rest comes in', async () => {
    const pickle = refusedFiles['a .pt, which is a zip with a pickle']?.bytes ?? new Uint8Array();
    const { id } = await begin(maker, 30 * MEGABYTE);
    const refused = await part(maker, id, 0, Buffer.concat([pickle, Buffer.alloc(1_000)]));
    expect(refused).toMatchObject({
      state: 'refused',
      refusal: { code: 'MODEL_FILE_REFUSED', reason: 'archive' },
    });
    expect(refused.checks[1]).toMatchObject({ name: 'format', state: 'refused' });
    expect(await draftOf(id)).toBe(false);
    const onnx = await begin(maker, 2 * MEGABYTE);
    expect(await part(maker, onnx.id, 0, wavePainter())).toMatchObject({
      refusal: { reason: 'too_large', why: expect.stringContaining('1000000') },
    });
  });

  test('a header that does not fit its data, by the same gate as a small file', async () => {
    const bytes = weights(MEGABYTE, 'longer than its header says');
    const refused = await bring(maker, Buffer.concat([bytes, Buffer.of(1)]));
    expect(refused).toMatchObject({
      state: 'refused',
      refusal: { code: 'MODEL_FILE_REFUSED', reason: 'data_mismatch' },
    });
    expect(refused.checks[2]).toMatchObject({ name: 'gate', state: 'refused' });
  });
});

test('an ONNX file comes in the same way and is read as a whole', async () => {
  expect(await bring(maker, wavePainter())).toMatchObject({
    state: 'stored',
    file: { report: { format: 'onnx' } },
  });
});

const mailsTo = async ({ email }: Member) => {
  const mails = await world.context.db
    .selectFrom('identity.mail')
    .select(['subject', 'text'])
    .where('recipient', '=', email)
    .orderBy('id')
    .execute();
  return mails.filter(({ subject }) => /upload|check/.test(subject));
};

test('an upload expires that gets no byte for a day, its owner is told, and one that goes on stays', async () => {
  const [left, too, going] = [
    await begin(maker, 1_000),
    await begin(maker, 1_000),
    await begin(maker, 2_000),
  ];
  const bytes = weights(900, 'going');
  for (const { id } of [left, too]) await part(maker, id, 0, weights(900, 'left').subarray(0, 100));
  await part(maker, going.id, 0, bytes.subarray(0, 100));
  ahead_ms += 20 * HOUR_MS;
  await comeBack(maker);
  await part(maker, going.id, 100, bytes.subarray(100, 200));
  await forgetModelUploads(world.context);
  expect(await look(maker, left.id)).toMatchObject({ state: 'open' });
  ahead_ms += 5 * HOUR_MS;
  // two workers at once tell it once
  const mails = await mailsTo(maker);
  await Promise.all([1, 2].map(() => forgetModelUploads(world.context)));
  expect(await look(maker, left.id)).toMatchObject({ state: 'expired' });
  expect(await look(maker, going.id)).toMatchObject({ state: 'open', received: 200 });
  expect([await draftOf(left.id), await draftOf(too.id), await draftOf(going.id)]).toEqual([
    false,
    false,
    true,
  ]);
  const [letter, ...more] = (await mailsTo(maker)).slice(mails.length);
  expect(more).toEqual([]);
  expect(letter).toMatchObject({ subject: '2 of your uploads have ended' });
  expect(letter?.text).toContain('10 % of it came in, and then nothing for 24 hours');
});

test('what kills each check of it is given up after five, and checked again when its owner asks', async () => {
  const bytes = weights(MEGABYTE, 'kills what reads it');
  const { id } = await begin(maker, bytes.length, sum(bytes));
  await part(maker, id, 0, bytes);
  const { model_uploads } = world.context;
  const dies = { ...model_uploads, stamp: () => Promise.reject(new Error('the process died')) };
  const broken = { ...world.context, model_uploads: dies };
  const stopped = AbortSignal.abort();
  for (let times = 0; times < 5; times += 1) {
    // that a process left is no try
    await checkNextUpload(world.context, stopped);
    await expect(checkNextUpload(broken)).rejects.toThrow('died');
    ahead_ms += 61_000;
  }
  expect(await look(maker, id)).toMatchObject({ state: 'checking', can: { check: { allowed: false } } });
  await expectRefusal(maker.api.registry.createUploadCheck({ id }), 'NOT_NOW');
  expect(await checkNextUpload(broken)).toBe(1);
  expect(await look(maker, id)).toMatchObject({
    state: 'unread',
    refusal: { code: 'CHECK_UNFINISHED', why: expect.stringContaining('5 times') },
    can: { append: { allowed: false }, cancel: { allowed: true }, check: { allowed: true } },
  });
  expect(await checkNextUpload(broken)).toBe(0);
  expect((await mailsTo(maker)).at(-1)?.subject).toContain('did not come to its end');
  await forgetModelUploads(world.context);
  expect(await draftOf(id)).toBe(true);
  for (const one of [id, randomUUID()])
    await expectRefusal(other.api.registry.createUploadCheck({ id: one }), 'NOT_FOUND');
  const asked = await Promise.allSettled(
    Array.from({ length: 8 }, () => maker.api.registry.createUploadCheck({ id })),
  );
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await checkNextUpload(world.context)).toBe(1);
  expect(await look(maker, id)).toMatchObject({ state: 'stored', file: { digest: sum(bytes) } });
});

test('what nobody asks to be checked again is deleted after seven days', async () => {
  const { id } = await begin(maker, 2_000);
  await part(maker, id, 0, weights(2_000, 'never asked for').subarray(0, 2_000));
  await world.context.db
    .updateTable('registry.model_upload')
    .set({ checks_tried: 5 })
    .where('id', '=', id)
    .execute();
  expect(await checkNextUpload(world.context)).toBe(1);
  ahead_ms += 167 * HOUR_MS;
  await forgetModelUploads(world.context);
  await comeBack(maker);
  expect(await look(maker, id)).toMatchObject({ state: 'unread' });
  ahead_ms += 2 * HOUR_MS;
  await forgetModelUploads(world.context);
  expect(await look(maker, id)).toMatchObject({ state: 'expired' });
  expect((await mailsTo(maker)).at(-1)?.text).toContain('its check was not asked for again in time');
});

test('one of which nothing comes in keeps its room for an hour', async () => {
  const { id } = await begin(maker, 1_000);
  const promised = () => registry.bytesPromised(world.context.db, clock.now());
  const before = await promised();
  ahead_ms += 61 * 60_000;
  expect(await promised()).toBeLessThanOrEqual(before - 1_000);
  await forgetModelUploads(world.context);
  expect(await look(maker, id)).toMatchObject({ state: 'expired' });
});

test('what changed while it was read is not kept, and is read again', async () => {
  const bytes = weights(MEGABYTE, 'written to late');
  const { id } = await begin(maker, bytes.length, sum(bytes));
  await part(maker, id, 0, bytes);
  const { model_uploads } = world.context;
  let looks = 0;
  const changing = { ...model_uploads, stamp: async () => String((looks += 1)) };
  expect(await checkNextUpload({ ...world.context, model_uploads: changing })).toBe(0);
  expect(await look(maker, id)).toMatchObject({ state: 'checking' });
  expect(await world.context.model_files.holds(sum(bytes).slice(7))).toBe(false);
  expect(await checkNextUpload(world.context)).toBe(1);
  expect(await look(maker, id)).toMatchObject({ state: 'stored' });
});

test('weights are known again under other names and in another file', async () => {
  const bytes = 900_000;
  const [one, two] = [weights(bytes, 'known'), weights(bytes, 'known', 'renamed')];
  const stranger = weights(bytes, 'unknown');
  const half = bytes / 2;
  const mixed = Buffer.concat([
    two.subarray(0, two.length - half),
    stranger.subarray(stranger.length - half),
  ]);
  await bring(other, one);
  for (const [n, small] of [two, mixed, stranger].entries())
    await other.api.registry.createModelFile({ query: { name: `${n}.safetensors` }, body: fileOf(small) });
  const sharing = await registry.filesSharingTensors(world.context.db, sum(one).slice(7));
  expect(sharing).toEqual([
    { file_digest: sum(two).slice(7), shared: 2, of: 2, shared_bytes: bytes, of_bytes: bytes },
    { file_digest: sum(mixed).slice(7), shared: 1, of: 2, shared_bytes: half, of_bytes: bytes },
  ]);
});

/** Sends half of a part and then nothing more, as a line does that breaks. */
async function breakOff(id: string, offset: number, bytes: number): Promise<void> {
  const { hostname, port } = new URL(world.url);
  const cookie = [...maker.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const socket = net.connect(Number(port), hostname).on('error', () => {});
  const head = [
    `POST /api/v1/model-uploads/${id}/parts?offset=${offset} HTTP/1.1`,
    ...[`host: ${new URL(world.url).host}`, `origin: ${world.url}`, `cookie: ${cookie}`],
    ...['content-type: application/octet-stream', `content-length: ${bytes}`],
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await new Promise<void>((sent) => socket.write(Buffer.alloc(Math.floor(bytes / 2), 9), () => sent()));
  socket.destroy();
  await eventually(
    'the server is rid of what was cut off',
    async () => (await look(maker, id)).received === offset,
  );
}
