import type { Pixels } from '@stellary/proofs/fingerprint';

/** Fingerprints of a file as this browser decodes it: the file stays where it is. */
export type Prints = { pictures: string[]; sounds: string[] };

const loadFingerprints = () => import('@stellary/proofs/fingerprint');

export async function fingerprintsOf(file: File): Promise<Prints> {
  const kind = file.type.split('/')[0];
  try {
    if (kind === 'image') return { pictures: await printPicture(file), sounds: [] };
    if (kind === 'video') return { pictures: await printFilm(file), sounds: [] };
    if (kind === 'audio') return { pictures: [], sounds: await printSound(file) };
  } catch {
    // what this browser cannot decode has no fingerprint here
  }
  return { pictures: [], sounds: [] };
}

const SIDE_MAX = 512;

async function printPicture(file: File): Promise<string[]> {
  const { turned, pictureFingerprint } = await loadFingerprints();
  const bitmap = await createImageBitmap(file);
  const pixels = drawn(bitmap.width, bitmap.height, (context, w, h) => context.drawImage(bitmap, 0, 0, w, h));
  bitmap.close();
  return turned(pixels).map((one) => base64(pictureFingerprint(one)));
}

/** Frames a little before and after the third of a film: that is where its poster was taken. */
const AROUND_S = [-0.06, -0.02, 0.02, 0.06];

async function printFilm(file: File): Promise<string[]> {
  const [{ turned, pictureFingerprint }, { BlobSource, Input, MP4, QTFF, VideoSampleSink, WEBM }] =
    await Promise.all([loadFingerprints(), import('mediabunny')]);
  const input = new Input({ formats: [MP4, QTFF, WEBM], source: new BlobSource(file) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) return [];
  const third = (await track.computeDuration()) / 3;
  const sink = new VideoSampleSink(track);
  const prints: string[] = [];
  for (const offset of AROUND_S) {
    const frame = await sink.getSample(Math.max(0, third + offset));
    if (!frame) continue;
    const pixels = drawn(frame.displayWidth, frame.displayHeight, (context, w, h) =>
      frame.draw(context, 0, 0, w, h),
    );
    frame.close();
    const [plain, , , , mirrored] = turned(pixels);
    for (const one of [plain, mirrored]) if (one) prints.push(base64(pictureFingerprint(one)));
  }
  return prints;
}

type Draw = (context: OffscreenCanvasRenderingContext2D, width: number, height: number) => void;

function drawn(width: number, height: number, draw: Draw): Pixels {
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const context = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, w, h);
  context.imageSmoothingQuality = 'high';
  draw(context, w, h);
  return { data: context.getImageData(0, 0, w, h).data, width: w, height: h, channels: 4 };
}

/** As our server decodes: a fingerprint is best held against one that was made at the same rate. */
const RATE = 48_000;
/** Some minutes of a piece tell it from all others. */
const PIECES_MAX = 2_900;

async function printSound(file: File): Promise<string[]> {
  const { PHASES, soundFingerprint } = await loadFingerprints();
  const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await file.arrayBuffer());
  const samples = new Float32Array(decoded.length);
  for (let channel = 0; channel < decoded.numberOfChannels; channel += 1)
    decoded.getChannelData(channel).forEach((sample, at) => {
      samples[at] = (samples[at] ?? 0) + sample / decoded.numberOfChannels;
    });
  return Array.from({ length: PHASES }, (_, phase) => {
    const print = soundFingerprint({ samples, sample_rate: RATE }, phase).subarray(0, PIECES_MAX);
    const bytes = new DataView(new ArrayBuffer(print.length * 4));
    print.forEach((bits, at) => bytes.setInt32(at * 4, bits, true));
    return base64(new Uint8Array(bytes.buffer));
  }).filter((print) => print !== '');
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
