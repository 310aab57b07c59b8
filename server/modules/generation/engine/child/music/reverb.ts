/** Delays in samples, after Freeverb: eight combs side by side, then all-passes in a row. */
const COMBS = [1695, 1760, 1623, 1548, 1390, 1476, 1293, 1215];
const ALL_PASSES = [245, 371, 480];

/** Adds the reverberation of `sent` to `onto`. `room` 0..1 lengthens it, `spread` sets one side apart from the other. */
export function addReverb(
  sent: Float32Array,
  onto: Float32Array,
  { wet, room, spread }: { wet: number; room: number; spread: number },
): void {
  const feedback = 0.8 + 0.1 * room;
  const sum = new Float32Array(sent.length);
  for (const delay of COMBS) comb(sent, sum, delay + spread, feedback);
  for (const delay of ALL_PASSES) allPass(sum, delay + spread);
  for (let i = 0; i < onto.length; i++) onto[i]! += sum[i]! * wet;
}

function comb(input: Float32Array, sum: Float32Array, delay: number, feedback: number): void {
  const line = new Float32Array(delay);
  let damped = 0;
  for (let i = 0, place = 0; i < input.length; i++) {
    const heard = line[place]!;
    damped = heard * 0.75 + damped * 0.25;
    line[place] = input[i]! + damped * feedback;
    if (++place === delay) place = 0;
    sum[i]! += heard;
  }
}

function allPass(signal: Float32Array, delay: number): void {
  const line = new Float32Array(delay);
  for (let i = 0, place = 0; i < signal.length; i++) {
    const heard = line[place]!;
    const out = heard - signal[i]! * 0.5;
    line[place] = signal[i]! + heard * 0.5;
    signal[i] = out;
    if (++place === delay) place = 0;
  }
}
