import * as ort from 'onnxruntime-node';
import type { ModelFile } from '../protocol.ts';
import { Refusal } from '../refusal.ts';

const SESSIONS_KEPT = 12;
const held = new Map<string, Uint8Array>();
const open = new Map<string, Promise<ort.InferenceSession>>();

export type Tensor = ort.Tensor;
export type Tensors = Record<string, Tensor>;
export type Session = {
  inputNames: readonly string[];
  /** the last dimension that the network declares for an input */
  widthOf(input: string): number;
  run(inputs: Tensors): Promise<Tensors>;
};

/** The release's networks by role. Sessions stay open from run to run, the least recent closes. */
export class Sessions {
  private readonly files: ModelFile[];

  constructor(files: ModelFile[]) {
    this.files = files;
    for (const { sha256, bytes } of files) if (bytes) held.set(sha256, bytes);
  }

  has(role: string): boolean {
    return this.files.some((file) => file.role === role);
  }

  async open(role: string): Promise<Session> {
    const file = this.files.find((candidate) => candidate.role === role);
    if (!file) throw new Refusal('model_error', `the release has no file for ${role}`);
    const session = await openSession(file.sha256);
    return {
      inputNames: session.inputNames,
      widthOf(input) {
        const described = session.inputMetadata.find(({ name }) => name === input);
        const last = described?.isTensor ? described.shape.at(-1) : undefined;
        if (typeof last !== 'number')
          throw new Refusal('model_error', `the network declares no width for ${input}`);
        return last;
      },
      run: async (inputs) => (await session.run(inputs)) as Tensors,
    };
  }
}

function openSession(sha256: string): Promise<ort.InferenceSession> {
  const bytes = held.get(sha256);
  if (!bytes) throw new Refusal('model_error', 'the model file did not arrive');
  const session =
    open.get(sha256) ??
    ort.InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      // The arena never gives memory back: about 1 GB after one large picture, 150 MB without it.
      enableCpuMemArena: false,
      logSeverityLevel: 4,
    });
  open.delete(sha256);
  open.set(sha256, session);
  session.catch(() => open.delete(sha256));
  if (open.size > SESSIONS_KEPT) void closeOldest();
  return session;
}

async function closeOldest(): Promise<void> {
  const [sha256, session] = open.entries().next().value!;
  open.delete(sha256);
  await (await session).release();
}

export function floats(values: Float32Array, shape: number[]): ort.Tensor {
  return new ort.Tensor('float32', values, shape);
}

export function integers(values: number[], shape = [values.length]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
}
