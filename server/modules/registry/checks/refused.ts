import type { RefusedReason } from '#api/registry/refused-reason.ts';

/** A model file that is not taken, by name and with what is wrong with it. The only error that the checks throw. */
export class FileRefused extends Error {
  readonly reason: RefusedReason;

  constructor(reason: RefusedReason, detail: string) {
    super(detail.slice(0, 300).toWellFormed());
    this.reason = reason;
  }
}

export function refuseFile(reason: RefusedReason, detail: string): never {
  throw new FileRefused(reason, detail);
}

const TEXT = new TextDecoder('utf-8', { fatal: true });

/** Text of a file, shorter than `bytes_max` and really text. */
export function textOf(bytes: Uint8Array, bytes_max: number, what: string): string {
  if (bytes.length > bytes_max) refuseFile('too_large', `${what} is longer than ${bytes_max} bytes`);
  try {
    return TEXT.decode(bytes);
  } catch {
    return refuseFile('malformed', `${what} is not UTF-8`);
  }
}

const NAME_BYTES_MAX = 512;
/** Control characters, those that turn text round or are not seen, and what reads as a path to somewhere else. */
const ODD_IN_NAME = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]|(^|\/)\.\.(\/|$)/u;
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A name in a file: exporters write slashes into them, and nothing that could be meant for a path or an object. */
export function nameOf(bytes: Uint8Array, what: string): string {
  const name = textOf(bytes, NAME_BYTES_MAX, what);
  if (ODD_IN_NAME.test(name) || PROTOTYPE_KEYS.has(name))
    refuseFile('name', `${what} is ${JSON.stringify(name)}`);
  return name;
}
