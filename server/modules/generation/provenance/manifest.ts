import type { Facts } from './facts.ts';

/** The formats that a manifest can lie in. WebM, Ogg and MIDI have no place for one. */
const SIGNABLE: readonly string[] = [
  ...['image/webp', 'image/png', 'image/jpeg', 'image/avif'],
  ...['video/mp4', 'audio/wav', 'audio/flac'],
];

export const canCarryManifest = (mime: string): boolean => SIGNABLE.includes(mime);

export const GENERATION_ASSERTION = 'org.stellaryai.generation.v1';

const MADE_BY_A_MODEL = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

/** What a C2PA manifest of an asset says. Of what was asked for it has a commitment only, and never the prompt. */
export function manifestOf(
  facts: Facts,
  generator: { name: string; version: string },
  /** for a file that was made of the original */
  converted_at: Date | null = null,
) {
  const { release, runtime } = facts;
  return {
    claim_generator_info: [generator],
    assertions: [
      {
        label: 'c2pa.actions.v2',
        data: {
          actions: [
            {
              action: 'c2pa.created',
              when: facts.made_at,
              digitalSourceType: MADE_BY_A_MODEL,
              softwareAgent: { name: release.title, version: release.version },
            },
            ...(converted_at
              ? [{ action: 'c2pa.transcoded', when: converted_at.toISOString(), softwareAgent: generator }]
              : []),
          ],
        },
      },
      {
        label: GENERATION_ASSERTION,
        data: {
          asset_id: facts.asset_id,
          generation_id: facts.generation_id,
          model: release.model,
          release: { id: release.id, version: release.version, digest: release.digest },
          seed: facts.seed,
          input_sha256: facts.input,
          runtime,
          parents: facts.parents,
        },
      },
      {
        label: 'cawg.training-mining',
        data: {
          entries: {
            'cawg.ai_generative_training': { use: 'notAllowed' },
            'cawg.ai_training': { use: 'notAllowed' },
            'cawg.data_mining': { use: 'notAllowed' },
          },
        },
      },
    ],
  };
}
