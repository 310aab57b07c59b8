import type { AssetStatement, ProofBundle, StatementBundle, StatementCheck } from '@stellary/proofs';
import { api } from '#web/api-client.ts';
import type { Alike, FileLookup, SameBytes } from '#web/api-types.ts';
import { type Refusal, refusalOf } from '#web/refusal.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { loadProofs, type Proofs, publishedKeys } from './keys.ts';

/** The very bytes are ours, with what our signature says of them. */
export type Made = SameBytes & { checks: StatementCheck[]; signed: AssetStatement | null };

/**
 * One file on the page, or the digest of one, and what is proven of it. First only its digest leaves the browser, then,
 * where that is not known, a fingerprint of what it looks or sounds like; the file itself only when somebody asks for it.
 */
export class Inspection {
  file: File | null = $state.raw(null);
  digest: string | null = $state(null);
  made: Made[] | null = $state.raw(null);
  /** What this browser could hold against what we made. */
  compared: 'looks' | 'sound' | 'nothing' | null = $state(null);
  alike: Alike[] | null = $state.raw(null);
  /** What came of sending the file. */
  lookup: FileLookup | null = $state.raw(null);
  /** A statement that was dropped: the next file is held against it. */
  bundle: StatementBundle | null = $state.raw(null);
  shown: StatementCheck[] | null = $state.raw(null);
  busy: 'digest' | 'comparison' | 'upload' | null = $state(null);
  refusal: Refusal | null = $state.raw(null);

  #proofs: Proofs | null = null;
  #jwks: ProofBundle['jwks'] | null = null;
  #turn = 0;

  get about(): boolean {
    return this.digest !== null || this.shown !== null || this.busy !== null || this.refusal !== null;
  }

  async look(file: File): Promise<void> {
    const mine = this.#begin('digest');
    this.file = file;
    await this.#attempt(mine, async () => {
      const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
      const digest = `sha256:${[...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
      const made = await this.#made(digest);
      if (mine !== this.#turn) return;
      Object.assign(this, { digest, made });
      if (this.bundle) this.shown = await this.#check(this.bundle, digest);
      if (made.length === 0) await this.#compare(mine, file);
    });
  }

  /** By its digest alone, as an address names it. */
  async ask(digest: string): Promise<void> {
    const mine = this.#begin('digest');
    await this.#attempt(mine, async () => {
      const made = await this.#made(digest);
      if (mine === this.#turn) Object.assign(this, { digest, made });
    });
  }

  async readStatement(text: string): Promise<void> {
    const mine = this.#begin('digest');
    await this.#attempt(mine, async () => {
      const { parseStatementBundle } = await this.#prepare();
      const bundle = parseStatementBundle(text);
      const shown = await this.#check(bundle, undefined);
      if (mine === this.#turn) Object.assign(this, { bundle, shown });
    });
  }

  async send(): Promise<void> {
    const { file } = this;
    if (!file) return;
    const mine = this.#turn;
    this.busy = 'upload';
    this.refusal = null;
    await this.#attempt(mine, async () => {
      const lookup = await api.provenance.createLookup({ body: file });
      if (mine !== this.#turn) return;
      this.lookup = lookup;
      if (this.compared === 'nothing' && lookup.compared[0]) {
        this.compared = lookup.compared[0];
        this.alike = lookup.alike;
      }
    });
  }

  forget(): void {
    this.#begin(null);
    this.bundle = null;
  }

  #begin(busy: Inspection['busy']): number {
    this.file = this.digest = this.made = this.compared = this.alike = this.lookup = null;
    this.refusal = this.shown = null;
    this.busy = busy;
    return (this.#turn += 1);
  }

  async #attempt(mine: number, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      if (mine === this.#turn) this.refusal = refusalOf(thrown);
    } finally {
      if (mine === this.#turn) this.busy = null;
    }
  }

  async #made(digest: string): Promise<Made[]> {
    const { matches } = await api.provenance.getByDigest({ digest });
    const { verifyStatement } = await this.#prepare();
    return Promise.all(
      matches.map(async (match) => {
        const evidence = { statement: match.statement ?? '', jwks: this.#jwks ?? { keys: [] }, file: digest };
        const checks = match.statement === null ? [] : await verifyStatement(evidence);
        return { ...match, checks, signed: checks[0]?.statement ?? null };
      }),
    );
  }

  async #compare(mine: number, file: File): Promise<void> {
    this.busy = 'comparison';
    const prints = await fingerprintsOf(file);
    const compared =
      prints.pictures.length > 0 ? 'looks' : prints.sounds.length > 0 ? 'sound' : ('nothing' as const);
    const { alike } =
      compared === 'nothing' ? { alike: [] } : await api.provenance.createFingerprintLookup(prints);
    if (mine === this.#turn) Object.assign(this, { compared, alike });
  }

  async #check(bundle: StatementBundle, file: string | undefined): Promise<StatementCheck[]> {
    const { verifyStatement } = await this.#prepare();
    return verifyStatement({ ...bundle, jwks: this.#jwks ?? { keys: [] }, ...(file && { file }) });
  }

  async #prepare(): Promise<Proofs> {
    const proofs = (this.#proofs ??= await loadProofs());
    this.#jwks ??= await publishedKeys(proofs);
    return proofs;
  }
}
