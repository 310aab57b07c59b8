import { createHash, hash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { present } from '../../../kit/assert.ts';
import type { Said } from './read-through.ts';
import { checkOnnx } from './onnx.ts';
import { FileRefused, refuseFile } from './refused.ts';
import { headBytes, layOutSafetensors, type Placed } from './safetensors.ts';
import { sniff, START_BYTES } from './sniff.ts';
import { type TensorDigest, tensorDigests } from './tensors.ts';

/** Large enough that a disk is read in order, small enough to be nothing beside the process. */
const PIECE_BYTES = 4 * 1024 * 1024;
const TELL_EVERY_BYTES = 64 * 1024 * 1024;

const [file = '', onnx_limit] = process.argv.slice(2);
const onnx_bytes_max = Number(onnx_limit);
/** Once the channel has taken it: a process that ends before has said nothing. */
const tell = (said: Said) => new Promise<void>((told) => process.send?.(said, undefined, {}, () => told()));
process.on('disconnect', () => process.exit(1)); // nobody waits for it any more

try {
  await tell({ kind: 'done', ...(await readThroughFile()) });
} catch (error) {
  if (!(error instanceof FileRefused)) throw error;
  await tell({ kind: 'refused', reason: error.reason, why: error.message });
}
process.disconnect();

async function readThroughFile() {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const format = sniff(await pieceAt(handle, 0, Math.min(size, START_BYTES)));
    void tell({ kind: 'progress', checked: 0, format, gate_passed: false });
    return format === 'onnx' ? await wholeOnnx(handle, size) : await streamedSafetensors(handle, size);
  } finally {
    await handle.close();
  }
}

async function wholeOnnx(handle: FileHandle, size: number) {
  if (size > onnx_bytes_max)
    refuseFile(
      'too_large',
      `An ONNX file is read as a whole and has ${onnx_bytes_max} bytes at most; this has ${size}.`,
    );
  const bytes = await pieceAt(handle, 0, size);
  const report = checkOnnx(bytes);
  void tell({ kind: 'progress', checked: 0, format: 'onnx', gate_passed: true });
  return { digest: hash('sha256', bytes, 'hex'), report, tensors: tensorDigests(bytes) };
}

/** The header alone says whether the file is one; what follows is only counted and hashed. */
async function streamedSafetensors(handle: FileHandle, size: number) {
  const start = await pieceAt(handle, 0, Math.min(size, START_BYTES));
  const head = await pieceAt(handle, 0, headBytes(start, size));
  const { report, tensors } = layOutSafetensors(head, size);
  void tell({ kind: 'progress', checked: 0, format: 'safetensors', gate_passed: true });
  const whole = createHash('sha256').update(head);
  const each = hashTensors(tensors);
  let at = head.length;
  let told = 0;
  for await (const piece of piecesFrom(handle, at)) {
    whole.update(piece);
    each.take(piece, at);
    at += piece.length;
    if (at - told < TELL_EVERY_BYTES) continue;
    void tell({ kind: 'progress', checked: at, format: 'safetensors', gate_passed: true });
    told = at;
  }
  if (at !== size) throw new Error('the file became shorter while it was read');
  return { digest: whole.digest('hex'), report, tensors: each.done() };
}

/** Reads the next piece while the last one is looked at: the disk does not wait. A piece holds until the next but one. */
async function* piecesFrom(handle: FileHandle, from: number): AsyncGenerator<Buffer> {
  const pieces = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)] as const;
  const read = (turn: number, at: number) => handle.read(pieces[turn % 2 ? 1 : 0], 0, PIECE_BYTES, at);
  let coming = read(0, from);
  for (let turn = 1, at = from; ; turn += 1) {
    const { buffer, bytesRead } = await coming;
    if (bytesRead === 0) return;
    at += bytesRead;
    coming = read(turn, at);
    coming.catch(() => {}); // told when its turn comes
    yield buffer.subarray(0, bytesRead);
  }
}

/** Tensors lie one after the other without a gap, so one hash is open at a time. */
function hashTensors(tensors: readonly Placed[]) {
  const done: TensorDigest[] = [];
  let open: Hash = createHash('sha256');
  /** Whatever ends here is closed: also the ones without a byte. */
  const closeAt = (at: number) => {
    for (let next = tensors[done.length]; next && next.to <= at; next = tensors[done.length]) {
      const { name, type, shape, from, to } = next;
      done.push({ name, type, shape, bytes: to - from, digest: open.digest('hex') });
      open = createHash('sha256');
    }
  };
  return {
    take(piece: Uint8Array, from: number): void {
      let at = from;
      closeAt(at);
      for (const end = from + piece.length; at < end; closeAt(at)) {
        const next = present(tensors[done.length], 'the tensor that these bytes belong to');
        const upto = Math.min(next.to, end);
        open.update(piece.subarray(at - from, upto - from));
        at = upto;
      }
    },
    done(): TensorDigest[] {
      closeAt(Number.MAX_SAFE_INTEGER);
      return done;
    },
  };
}

async function pieceAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const piece = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(piece, at, length - at, from + at);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    at += bytesRead;
  }
  return piece;
}
