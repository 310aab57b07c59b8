// Counts a bundle beside the page, so that the page goes on living meanwhile.
import { recounting } from '@stellary/judging';
import type { Told } from './recounting.svelte.ts';

const tell = (told: Told) => postMessage(told);

addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
  const steps = recounting(new Uint8Array(data));
  for (let step = ''; ;) {
    const next = steps.next();
    if (next.done) {
      const { agrees, findings, outcome, bundle } = next.value;
      const places = outcome?.places.map(({ place, entry }) => ({ place, entry })) ?? [];
      return tell({ counted: { agrees, findings, places, digest: bundle?.digest ?? null } });
    }
    // each step once: what it does within one is too quick to be read
    if (next.value.step !== step) tell({ step: (step = next.value.step) });
  }
});
