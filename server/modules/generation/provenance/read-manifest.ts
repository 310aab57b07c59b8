import { readFileSync } from 'node:fs';
import { initSync, WasmReader } from '@contentauth/c2pa-wasm';
import * as z from 'zod';
import { GENERATION_ASSERTION } from './manifest.ts';

/** What the manifest in a file says, and how much of it holds. */
export type ManifestFinding = {
  /** `trusted`: whole, and signed under a root of ours; `valid`: whole, signed by somebody else; `invalid`: not whole. */
  state: 'trusted' | 'valid' | 'invalid';
  signed_by: { name: string | null; organisation: string | null };
  signed_with: string | null;
  /** What is wrong, by the names that C2PA has for it. */
  troubles: { code: string; explanation: string }[];
  /** What we write into our own manifests, if it is one of ours in form. */
  generation: Record<string, unknown> | null;
  made_by_model: boolean;
};

const Status = z.object({ code: z.string(), explanation: z.string().default('') });
const Assertion = z.object({ label: z.string(), data: z.unknown() });
const Manifest = z.object({
  assertions: z.array(Assertion).default([]),
  claim_generator_info: z.array(z.object({ name: z.string().optional() })).default([]),
  signature_info: z.object({ issuer: z.string().nullish(), common_name: z.string().nullish() }).nullish(),
});
const Store = z.object({
  active_manifest: z.string().nullish(),
  manifests: z.record(z.string(), Manifest).default({}),
  validation_state: z.enum(['Trusted', 'Valid', 'Invalid']),
  validation_results: z
    .object({ activeManifest: z.object({ failure: z.array(Status).default([]) }).nullish() })
    .nullish(),
});

const TRAINED = 'trainedAlgorithmicMedia';
const TEXT_MAX = 300;
/** A stranger's certificate: that it is one is said by the state, and the file is as whole as it is. */
const ABOUT_THE_SIGNER = 'signingCredential.untrusted';

let ready = false;
function prepare(): void {
  if (ready) return;
  const wasm = new URL(import.meta.resolve('@contentauth/c2pa-wasm').replace(/[^/]+$/, 'c2pa_bg.wasm'));
  initSync({ module: readFileSync(wasm) });
  ready = true;
}

/** Reads and checks the manifest of a file against these roots (PEM); null where there is none. */
export async function readManifest(
  bytes: Uint8Array,
  mime: string,
  anchors: string,
): Promise<ManifestFinding | null> {
  prepare();
  const settings = JSON.stringify({
    verify: { verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false },
    trust: { user_anchors: anchors },
  });
  let reader: WasmReader;
  try {
    reader = await WasmReader.fromBytes(mime, bytes, settings);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (/JumbfNotFound|no JUMBF|ManifestNotFound|not found/i.test(said)) return null;
    return broken(said);
  }
  try {
    return findingOf(Store.parse(JSON.parse(reader.json())));
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  } finally {
    reader.free();
  }
}

const broken = (explanation: string): ManifestFinding => ({
  state: 'invalid',
  signed_by: { name: null, organisation: null },
  signed_with: null,
  troubles: [{ code: 'manifest.unreadable', explanation: explanation.slice(0, TEXT_MAX) }],
  generation: null,
  made_by_model: false,
});

function findingOf(store: z.infer<typeof Store>): ManifestFinding {
  const manifest = store.manifests[store.active_manifest ?? ''];
  const failures = store.validation_results?.activeManifest?.failure ?? [];
  const troubles = failures
    .filter(({ code }) => code !== ABOUT_THE_SIGNER)
    .map(({ code, explanation }) => ({ code, explanation: explanation.slice(0, TEXT_MAX) }));
  // the library leaves the first version out of a label
  const own = manifest?.assertions.find(({ label }) => `${label}.v1` === GENERATION_ASSERTION);
  return {
    state: stateOf(store.validation_state, { failures: failures.length, troubles: troubles.length }),
    signed_by: {
      name: short(manifest?.signature_info?.common_name),
      organisation: short(manifest?.signature_info?.issuer),
    },
    signed_with: short(manifest?.claim_generator_info[0]?.name),
    troubles,
    generation: z.record(z.string(), z.unknown()).safeParse(own?.data).data ?? null,
    made_by_model: JSON.stringify(manifest?.assertions ?? []).includes(TRAINED),
  };
}

function stateOf(
  state: 'Trusted' | 'Valid' | 'Invalid',
  { failures, troubles }: { failures: number; troubles: number },
): ManifestFinding['state'] {
  if (state === 'Trusted') return 'trusted';
  const onlyTheSigner = failures > 0 && troubles === 0;
  return state === 'Valid' || onlyTheSigner ? 'valid' : 'invalid';
}

const short = (text: string | null | undefined): string | null => text?.slice(0, TEXT_MAX) ?? null;
