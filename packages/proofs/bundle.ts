import type { JSONWebKeySet } from 'jose';
import type { InclusionProof } from './merkle.ts';
import type { ReceiptEvidence } from './receipt.ts';
import type { StatementEvidence } from './statement.ts';

export const BUNDLE_FORMAT = 'stellary-receipt-proof/1';

/** One file with everything that a receipt's check needs: it is downloaded, kept, and checked anywhere. */
export type ProofBundle = ReceiptEvidence & { format: typeof BUNDLE_FORMAT };

export const STATEMENT_FORMAT = 'stellary-asset-statement/1';

/** The statement of one asset with what its check needs; the input only where its owner puts it in. */
export type StatementBundle = Omit<StatementEvidence, 'file'> & { format: typeof STATEMENT_FORMAT };

/** The file is no bundle. The message names the first field that is not what it should be. */
export class BundleUnreadable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BundleUnreadable';
  }
}

export const bundleOf = (evidence: ReceiptEvidence): ProofBundle => ({ format: BUNDLE_FORMAT, ...evidence });

/** Reads a bundle from its JSON text. Throws BundleUnreadable. Whether it is true is for `verifyReceipt` to say. */
export function parseBundle(text: string): ProofBundle {
  const fields = object(json(text), 'the file');
  if (fields.format !== BUNDLE_FORMAT)
    throw new BundleUnreadable(`its format is ${JSON.stringify(fields.format)}, not "${BUNDLE_FORMAT}"`);
  return {
    format: BUNDLE_FORMAT,
    receipt: string(fields.receipt, 'receipt'),
    digest: string(fields.digest, 'digest'),
    block: string(fields.block, 'block'),
    proof: proof(fields.proof, 'proof'),
    ...(fields.day !== undefined && { day: string(fields.day, 'day') }),
    ...(fields.day_proof !== undefined && { day_proof: proof(fields.day_proof, 'day_proof') }),
    ...(fields.payer !== undefined && { payer: payer(fields.payer) }),
    jwks: keySet(fields.jwks, 'jwks'),
  };
}

/** Reads the bundle of an asset's statement from its JSON text. Throws BundleUnreadable. */
export function parseStatementBundle(text: string): StatementBundle {
  const fields = object(json(text), 'the file');
  if (fields.format !== STATEMENT_FORMAT)
    throw new BundleUnreadable(`its format is ${JSON.stringify(fields.format)}, not "${STATEMENT_FORMAT}"`);
  return {
    format: STATEMENT_FORMAT,
    statement: string(fields.statement, 'statement'),
    ...(fields.input !== undefined && { input: shownInput(fields.input) }),
    jwks: keySet(fields.jwks, 'jwks'),
  };
}

/** What a JSON text says it is a bundle of; null for any other text. */
export function bundleFormat(text: string): typeof BUNDLE_FORMAT | typeof STATEMENT_FORMAT | null {
  try {
    const { format } = object(json(text), 'the file');
    return format === BUNDLE_FORMAT || format === STATEMENT_FORMAT ? format : null;
  } catch (error) {
    if (error instanceof BundleUnreadable) return null;
    throw error;
  }
}

/** Reads a key set (RFC 7517) from its JSON text. Throws BundleUnreadable. */
export const parseKeySet = (text: string): JSONWebKeySet => keySet(json(text), 'the key set');

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BundleUnreadable(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function proof(value: unknown, name: string): InclusionProof {
  const fields = object(value, name);
  return {
    index: count(fields.index, `${name}.index`),
    size: count(fields.size, `${name}.size`),
    path: list(fields.path, `${name}.path`).map((hash, index) => string(hash, `${name}.path[${index}]`)),
  };
}

function payer(value: unknown) {
  const fields = object(value, 'payer');
  return { id: string(fields.id, 'payer.id'), salt: string(fields.salt, 'payer.salt') };
}

function shownInput(value: unknown) {
  const fields = object(value, 'input');
  return { text: string(fields.text, 'input.text'), salt: string(fields.salt, 'input.salt') };
}

function keySet(value: unknown, name: string): JSONWebKeySet {
  const keys = list(object(value, name).keys, `${name}.keys`);
  return {
    keys: keys.map((key, index) => {
      const fields = object(key, `${name}.keys[${index}]`);
      return { ...fields, kty: string(fields.kty, `${name}.keys[${index}].kty`) };
    }),
  };
}

function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BundleUnreadable(`${name} is no object`);
  return { ...value };
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new BundleUnreadable(`${name} is no list`);
  return value;
}

function string(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new BundleUnreadable(`${name} is no text`);
  return value;
}

function count(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new BundleUnreadable(`${name} is no whole number`);
  return value;
}
