import type { Check, CheckName, ProofBundle } from '@stellary/proofs';
import { fetchProof, proofName } from '#web/proof.ts';
import { type Refusal, refusalOf } from '#web/refusal.ts';
import { loadProofs, type Proofs, publishedKeys } from './keys.ts';

/** What the receipt says of itself. */
export type About = { generation_id: string; charged_micros: string };
export type Keys = { name: string; set: ProofBundle['jwks'] };
/** Whose keys the signatures are checked with: ours as we publish them, a set that was chosen, or those in the file. */
export type Whose = 'ours' | 'chosen' | 'of the file';
/** `open` is neither: this browser cannot say. */
export type Outcome = Check & { verdict: 'holds' | 'fails' | 'open' };

const NEED_SIGNATURES: readonly CheckName[] = ['block_signed', 'in_block', 'day_signed', 'in_day'];

/** One proof file on the page: where it came from, with which keys it is checked, and what came out. */
export class Verification {
  name: string | null = $state(null);
  bundle: ProofBundle | null = $state.raw(null);
  chosen: Keys | null = $state.raw(null);
  ours: Keys['set'] | null = $state.raw(null);
  /** The keys in the file are wanted, whoever made them. */
  trusting = $state(false);
  outcomes: Outcome[] | null = $state.raw(null);
  /** Why a file or a text could not be read. */
  trouble: string | null = $state(null);
  refusal: Refusal | null = $state.raw(null);
  fetching: string | null = $state(null);
  /** What this browser can do: without WebCrypto nothing, and some cannot check Ed25519. */
  able: 'all' | 'no signatures' | 'nothing' = $state('all');

  /** Null as long as the text is no receipt. */
  readonly about: About | null = $derived(
    this.bundle && this.outcomes?.some(({ name, verdict }) => name === 'canonical' && verdict === 'holds')
      ? (JSON.parse(this.bundle.receipt) as About)
      : null,
  );

  readonly whose: Whose = $derived(
    this.chosen ? 'chosen' : this.ours && !this.trusting ? 'ours' : 'of the file',
  );

  #proofs: Proofs | null = null;

  async prepare(): Promise<Proofs> {
    this.able = await ability();
    const proofs = (this.#proofs ??= await loadProofs());
    this.ours ??= await publishedKeys(proofs);
    return proofs;
  }

  /** Asks the server for one proof: the only thing that is ever asked of it here. */
  async fetch(generation_id: string): Promise<void> {
    this.#forget();
    this.fetching = generation_id;
    try {
      const text = await fetchProof(generation_id);
      await this.read(text, proofName(generation_id));
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    } finally {
      this.fetching = null;
    }
  }

  async read(text: string, name: string): Promise<void> {
    this.#forget();
    const { parseBundle, BundleUnreadable } = await this.prepare();
    try {
      this.bundle = parseBundle(text);
      this.name = name;
    } catch (error) {
      if (!(error instanceof BundleUnreadable)) throw error;
      this.trouble = `${name} is no proof of a receipt: ${error.message}.`;
      return;
    }
    await this.#check();
  }

  async readKeys(text: string, name: string): Promise<string | null> {
    const { parseKeySet, BundleUnreadable } = await this.prepare();
    try {
      this.chosen = { name, set: parseKeySet(text) };
    } catch (error) {
      if (!(error instanceof BundleUnreadable)) throw error;
      return `${name} is no key set: ${error.message}.`;
    }
    await this.#check();
    return null;
  }

  async useOurKeys(): Promise<void> {
    this.chosen = null;
    this.trusting = false;
    await this.#check();
  }

  async useKeysOfFile(): Promise<void> {
    this.chosen = null;
    this.trusting = true;
    await this.#check();
  }

  async namePayer(id: string, salt: string): Promise<void> {
    if (!this.bundle) return;
    this.bundle = { ...this.bundle, payer: { id, salt } };
    await this.#check();
  }

  forget(): void {
    this.#forget();
  }

  #forget() {
    this.name = this.bundle = this.outcomes = this.trouble = this.refusal = null;
  }

  async #check(): Promise<void> {
    const { verifyReceipt } = await this.prepare();
    const { bundle } = this;
    if (!bundle || this.able === 'nothing') return;
    const sets = { ours: this.ours, chosen: this.chosen?.set, 'of the file': bundle.jwks };
    const checks = await verifyReceipt({ ...bundle, jwks: sets[this.whose] ?? bundle.jwks });
    const blind = this.able === 'no signatures' ? NEED_SIGNATURES : [];
    this.outcomes = checks.map((check) =>
      blind.includes(check.name)
        ? { ...check, verdict: 'open', detail: 'This browser cannot check Ed25519 signatures.' }
        : { ...check, verdict: check.holds ? 'holds' : 'fails' },
    );
  }
}

async function ability(): Promise<Verification['able']> {
  if (!globalThis.crypto?.subtle) return 'nothing';
  // a point that is on the curve: the base point of RFC 8032
  const key = { kty: 'OKP', crv: 'Ed25519', x: 'WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY' };
  try {
    await crypto.subtle.importKey('jwk', key, 'Ed25519', false, ['verify']);
    return 'all';
  } catch {
    return 'no signatures';
  }
}
