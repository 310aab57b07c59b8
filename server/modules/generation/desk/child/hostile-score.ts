import { Refusal } from '../../engine/refusal.ts';

const BYTES_MAX = 1_000_000;
const TRACKS_MAX = 64;
const EVENTS_MAX = 100_000;
const TICKS_MAX = 0x0fffffff;

type Event = { tick: number; place: number; bytes: number[] };

/**
 * A stranger's MIDI file read to its end and written anew as one track: notes, controllers, programs and tempo, and
 * nothing of words, makers' own messages or whatever else was in it.
 */
export function readScore(file: Uint8Array): Uint8Array {
  if (file.byteLength > BYTES_MAX) throw refused(`${file.byteLength} bytes are more than a score has`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < 14 || chunkAt(view, 0) !== 'MThd' || view.getUint32(4) !== 6)
    throw refused('the score is no MIDI file');
  const [format, tracks, division] = [view.getUint16(8), view.getUint16(10), view.getUint16(12)];
  if (format > 1 || tracks < 1 || tracks > TRACKS_MAX)
    throw refused('the score is of a kind that is not taken');
  if (division === 0 || division >= 0x8000) throw refused('the score does not count in beats');
  const events: Event[] = [];
  let at = 14;
  for (let track = 0; track < tracks; track += 1) {
    if (at + 8 > file.byteLength || chunkAt(view, at) !== 'MTrk')
      throw refused('a track of the score is missing');
    const end = at + 8 + view.getUint32(at + 4);
    if (end > file.byteLength) throw refused('a track of the score ends too soon');
    readTrack(file.subarray(at + 8, end), events);
    at = end;
  }
  if (!events.some(({ bytes }) => (bytes[0]! & 0xf0) === 0x90))
    throw refused('there are no notes in the score');
  return written(events, division);
}

function readTrack(track: Uint8Array, events: Event[]): void {
  let at = 0;
  let tick = 0;
  let status = 0;
  const byte = (): number => {
    const value = track[at++];
    if (value === undefined) throw refused('a track of the score ends too soon');
    return value;
  };
  const number = (): number => {
    for (let value = 0, read = 0; read < 4; read += 1) {
      const next = byte();
      value = (value << 7) | (next & 127);
      if (next < 128) return value;
    }
    throw refused('a number in the score has no end');
  };
  const take = (count: number): number[] =>
    Array.from({ length: count }, () => {
      const value = byte();
      if (value > 127) throw refused('a message of the score is broken');
      return value;
    });
  while (at < track.length) {
    tick += number();
    if (tick > TICKS_MAX) throw refused('the score is too long');
    const next = byte();
    if (next >= 0x80) status = next;
    else at -= 1;
    if (status < 0x80) throw refused('a message of the score is broken');
    if (status < 0xf0) {
      const kind = status & 0xf0;
      keep(events, tick, [status, ...take(kind === 0xc0 || kind === 0xd0 ? 1 : 2)]);
      continue;
    }
    if (status !== 0xff && status !== 0xf0 && status !== 0xf7)
      throw refused('a message of the score is not taken');
    const type = status === 0xff ? byte() : null;
    const length = number();
    const data = track.subarray(at, at + length);
    if (data.length < length) throw refused('a track of the score ends too soon');
    at += length;
    status = 0;
    if (type === 0x2f) return;
    if (type === 0x51 && length === 3) keep(events, tick, [0xff, 0x51, 3, ...data]);
    if (type === 0x58 && length === 4) keep(events, tick, [0xff, 0x58, 4, ...data]);
  }
}

function keep(events: Event[], tick: number, bytes: number[]): void {
  if (events.length === EVENTS_MAX) throw refused(`more than ${EVENTS_MAX} messages in the score`);
  events.push({ tick, place: events.length, bytes });
}

function written(events: Event[], division: number): Uint8Array {
  events.sort((a, b) => a.tick - b.tick || a.place - b.place);
  const track: number[] = [];
  let last = 0;
  for (const { tick, bytes } of events) {
    track.push(...inSevens(tick - last), ...bytes);
    last = tick;
  }
  track.push(0, 0xff, 0x2f, 0);
  const file = Buffer.alloc(22 + track.length);
  file.write('MThd', 0, 'latin1');
  file.writeUInt32BE(6, 4);
  file.writeUInt16BE(0, 8);
  file.writeUInt16BE(1, 10);
  file.writeUInt16BE(division, 12);
  file.write('MTrk', 14, 'latin1');
  file.writeUInt32BE(track.length, 18);
  file.set(track, 22);
  return new Uint8Array(file);
}

function inSevens(value: number): number[] {
  const bytes = [value & 127];
  for (let rest = value >> 7; rest; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}

const chunkAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((next) => view.getUint8(at + next)));

const refused = (why: string) => new Refusal('output_rejected', why);
