import { Tensor } from 'onnxruntime-web';
import { Refusal } from '../../refusal.ts';
import type { Manifest } from '../manifest.ts';
import type { Raw, SandboxOrder, SandboxResult } from '../protocol.ts';
import { type Asked, readAsked } from './asked.ts';
import { Feeder, type Moment } from './feed.ts';
import { readPicture, readSound } from './results.ts';
import { keep, type Network, openNetwork } from './runtime.ts';

type Progress = (step: number, total: number, label: string) => Promise<void>;
type Made = Map<string, Tensor>;

/** One order by its manifest, contract `mc-onnx/1`. */
export async function play(order: SandboxOrder, progress: Progress): Promise<SandboxResult> {
  const { files, manifest, input, seed, raw_bytes_max } = order;
  const asked = readAsked(manifest, input, seed);
  refuseTooMuch(manifest, asked, raw_bytes_max);
  keep(files);
  const networks = new Map<string, Network>();
  for (const file of files) networks.set(file.role, await openNetwork(file));
  const opened = performance.now();
  const raw = await new Performance(manifest, networks, asked, progress).perform();
  return { ok: true, raw, inference_ms: Math.round((performance.now() - opened) * 10) / 10 };
}

function refuseTooMuch({ output, loop }: Manifest, asked: Asked, raw_bytes_max: number): void {
  const bytes =
    output.role === 'audio-f32' ? asked.samples * 8 : asked.width * asked.height * 3 * asked.frames;
  if (bytes > raw_bytes_max)
    throw new Refusal(
      'invalid_input',
      loop.kind === 'per-frame' ? 'the film is too long for its size' : 'this is too large',
    );
}

class Performance {
  private readonly manifest: Manifest;
  private readonly networks: ReadonlyMap<string, Network>;
  private readonly asked: Asked;
  private readonly progress: Progress;
  private readonly feeder: Feeder;

  constructor(manifest: Manifest, networks: ReadonlyMap<string, Network>, asked: Asked, progress: Progress) {
    this.manifest = manifest;
    this.networks = networks;
    this.asked = asked;
    this.progress = progress;
    this.feeder = new Feeder(asked);
  }

  async perform(): Promise<Raw> {
    const { manifest } = this;
    switch (manifest.loop.kind) {
      case 'single':
        return this.single();
      case 'per-frame':
        return this.film(manifest.loop);
      case 'flow':
        return this.flow(manifest.loop);
    }
  }

  private async single(): Promise<Raw> {
    await this.progress(0, 1, 'Computing');
    const made = await this.runAll(0, Infinity, this.moment({}));
    await this.progress(1, 1, 'Computing');
    return this.result(made);
  }

  private async film(loop: Extract<Manifest['loop'], { kind: 'per-frame' }>): Promise<Raw> {
    const { width, height, frames } = this.asked;
    const from = this.placeOf(loop.from);
    const before = await this.runAll(0, from, this.moment({}));
    const film: Uint8Array[] = [];
    for (let i = 0; i < frames; i++) {
      const moment = this.moment({ time: i / frames, made: new Map(before) });
      const picture = this.picture(await this.runAll(from, Infinity, moment));
      film.push(picture.pixels);
      await this.progress(i + 1, frames, 'Drawing frames');
    }
    return { kind: 'film', width, height, fps: loop.fps, frames: film };
  }

  private async flow(loop: Extract<Manifest['loop'], { kind: 'flow' }>): Promise<Raw> {
    const { steps, guidance } = this.asked;
    const at = this.placeOf(loop.network);
    const start = this.feeder.noise(loop.state);
    let state: Tensor = new Tensor('float32', start.values, start.shape);
    const wished = await this.runAll(0, at, this.moment({}));
    // guidance of 1 is no guidance, and costs half
    const guided = loop.guidance !== undefined && guidance !== 1;
    const unwished = guided ? await this.runAll(0, at, this.moment({ wished: false })) : null;
    const span = loop.time.to - loop.time.from;
    for (let i = 0; i < steps; i++) {
      const now = { time: loop.time.from + (span * i) / steps, step: span / steps, state };
      const step = async (made: Made, isWished: boolean) => {
        const moment = this.moment({ ...now, wished: isWished, made: new Map(made) });
        return numbers(await this.runOne(at, moment, loop.tensor));
      };
      const towards = await step(wished, true);
      const away = unwished ? await step(unwished, false) : null;
      state = advance(state, towards, away, guidance, loop.gives === 'velocity' ? now.step : null);
      await this.progress(i + 1, steps, 'Denoising');
    }
    const made = new Map(wished).set(`${loop.network} ${loop.tensor}`, state);
    return this.result(await this.runAll(at + 1, Infinity, this.moment({ state, made })));
  }

  private moment(known: Partial<Moment> & { made?: Made }): Moment & { made: Made } {
    return { wished: true, time: 0, step: 0, state: null, made: new Map(), ...known };
  }

  /** Runs networks one after the other; answers all that is made by then. */
  private async runAll(from: number, to: number, moment: Moment & { made: Made }): Promise<Made> {
    const { made } = moment;
    for (const [i, { file }] of this.manifest.networks.entries()) {
      if (i < from || i >= to) continue;
      const tensors = await this.run(i, moment, this.wantedOf(file));
      for (const [tensor, value] of Object.entries(tensors)) made.set(`${file} ${tensor}`, value);
    }
    return made;
  }

  private async runOne(i: number, moment: Moment, tensor: string): Promise<Tensor> {
    return (await this.run(i, moment, [tensor]))[tensor] ?? wrong(`the network did not answer ${tensor}`);
  }

  private async run(i: number, moment: Moment, wanted: readonly string[]): Promise<Record<string, Tensor>> {
    const { file, inputs } = this.manifest.networks[i] ?? wrong('a network is missing');
    const network = this.networks.get(file) ?? wrong(`there is no file for ${file}`);
    const feeds: Record<string, Tensor> = {};
    for (const port of network.inputs) {
      const source = Object.hasOwn(inputs, port.name) ? inputs[port.name] : undefined;
      feeds[port.name] = source
        ? this.feeder.tensor(source, port, moment)
        : wrong(`${port.name} is given nothing`);
    }
    for (const name of wanted) if (!network.outputs.includes(name)) wrong(`${file} has no output ${name}`);
    return network.run(feeds, wanted);
  }

  /** The outputs of a network that something later reads. */
  private wantedOf(file: string): string[] {
    const { networks, output, loop } = this.manifest;
    const wanted = new Set<string>();
    for (const { inputs } of networks)
      for (const source of Object.values(inputs))
        if (source.role === 'output' && source.of === file) wanted.add(source.tensor);
    if (output.of === file) wanted.add(output.tensor);
    if (loop.kind === 'flow' && loop.network === file) wanted.add(loop.tensor);
    return [...wanted];
  }

  private placeOf(file: string): number {
    return this.manifest.networks.findIndex((network) => network.file === file);
  }

  private result(made: Made): Raw {
    const { output } = this.manifest;
    if (output.role !== 'audio-f32') return { kind: 'picture', ...this.picture(made) };
    return readSound(this.made(made), output.sample_rate, this.asked.samples);
  }

  private picture(made: Made) {
    const { output } = this.manifest;
    if (output.role === 'audio-f32') return wrong('sound is no picture');
    return readPicture(this.made(made), output, this.asked);
  }

  private made(made: Made): Tensor {
    const { of, tensor } = this.manifest.output;
    return made.get(`${of} ${tensor}`) ?? wrong(`nothing made ${tensor} of ${of}`);
  }
}

/** One step of the flow: the guided direction added to the state, or taken as the next state. */
function advance(
  state: Tensor,
  towards: Float32Array,
  away: Float32Array | null,
  guidance: number,
  step: number | null,
): Tensor {
  const from = numbers(state);
  if (towards.length !== from.length) wrong('a step of the flow has another size than its state');
  const next = new Float32Array(from.length);
  for (let i = 0; i < next.length; i++) {
    const unguided = away ? away[i]! : 0;
    const value = away ? unguided + (towards[i]! - unguided) * guidance : towards[i]!;
    next[i] = step === null ? value : from[i]! + value * step;
  }
  return new Tensor('float32', next, state.dims);
}

function numbers(tensor: Tensor): Float32Array {
  return tensor.data instanceof Float32Array ? tensor.data : wrong('the flow is not of 32-bit numbers');
}

const wrong = (message: string): never => {
  throw new Refusal('model_error', message);
};
