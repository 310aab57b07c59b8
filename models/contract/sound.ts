/**
 * What the engine and a network that makes sound itself agree on: contract `sound/1`.
 *
 * A run makes `frames` frames of FRAME samples. Inputs beside prompt and noise: `time` f32[frames + 1, 1],
 * the second at which each frame and the one after begins; `seconds` f32[1], the length of the whole;
 * `phase` f32[1, partials], in turns, what the run before gave out as `phase_out`, zeros at first;
 * `air` f32[2, 1, AIR_BEFORE + frames * FRAME], white noise between -1 and 1 for both sides. Outputs beside
 * `phase_out`: `audio` f32[2, frames * FRAME] and `tint` f32[1, 3], the colour of its picture.
 */
export const SOUND_RATE = 48_000;
export const FRAME = 480;
export const FRAMES_PER_SECOND = SOUND_RATE / FRAME;
/** samples of noise from before the first frame: the filters look back */
export const AIR_BEFORE = 254;
/** What `param_harmony` may name, by place in this list; 0 leaves it to the words. */
export const HARMONIES = ['from the words', 'open', 'minor', 'major', 'suspended', 'cluster'] as const;
