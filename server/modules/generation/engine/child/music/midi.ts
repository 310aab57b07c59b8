import type { MediaOutput } from '../../types.ts';
import type { Note, Parts } from './notes.ts';

const TICKS_PER_BEAT = 480;
const DRUM_CHANNEL = 9;

/** The score for whoever wants to play it themselves. */
export function midiCompanion(notes: readonly Note[], bpm: number, parts: Parts): MediaOutput {
  const bytes = midiFile(notes, bpm, parts);
  return { role: 'midi', modality: 'music', mime: 'audio/midi', extension: 'mid', bytes };
}

/** A standard MIDI file of one track; each pitched instrument has a channel, drums share theirs. */
function midiFile(notes: readonly Note[], bpm: number, parts: Parts): Uint8Array {
  const tick = (seconds: number) => Math.round(((seconds * bpm) / 60) * TICKS_PER_BEAT);
  const pitched = Object.keys(parts).filter((name) => parts[name]!.program !== undefined);
  const channelOf = (name: string) => {
    const place = pitched.indexOf(name);
    return place < 0 ? DRUM_CHANNEL : place < DRUM_CHANNEL ? place : place + 1;
  };
  const events = notes.flatMap(({ start, length, pitch, force, instrument }) => {
    const channel = channelOf(instrument);
    const velocity = Math.max(1, Math.min(127, Math.round(force * 115)));
    return [
      { tick: tick(start), bytes: [0x90 | channel, pitch, velocity] },
      { tick: tick(start + length), bytes: [0x80 | channel, pitch, 0] },
    ];
  });
  events.sort((a, b) => a.tick - b.tick || a.bytes[0]! - b.bytes[0]!); // a note ends before it starts again

  const tempo = Math.round(60e6 / bpm);
  const track = [0, 0xff, 0x51, 3, tempo >> 16, (tempo >> 8) & 255, tempo & 255];
  for (const name of pitched) track.push(0, 0xc0 | channelOf(name), parts[name]!.program!);
  let last = 0;
  for (const event of events) {
    track.push(...variableLength(event.tick - last), ...event.bytes);
    last = event.tick;
  }
  track.push(0, 0xff, 0x2f, 0);
  const header = [...ascii('MThd'), ...big(6, 4), ...big(0, 2), ...big(1, 2), ...big(TICKS_PER_BEAT, 2)];
  return Uint8Array.from([...header, ...ascii('MTrk'), ...big(track.length, 4), ...track]);
}

function variableLength(value: number): number[] {
  const bytes = [value & 127];
  for (let rest = value >> 7; rest; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}

function big(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 255);
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
