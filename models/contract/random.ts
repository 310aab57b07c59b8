/**
 * The house's random numbers: xoshiro128** seeded by splitmix32.
 * Samplers and recipes share it, so one seed means one result for one runtime.
 */
export type Random = {
  /** uniform in [0, 1) */
  uniform(): number;
  /** standard normal */
  normal(): number;
  /** whole number in [0, below) */
  integer(below: number): number;
  pick<T>(list: readonly T[]): T;
};

export function createRandom(seed: number): Random {
  const state = splitmix(seed);
  let spare: number | null = null;

  function next(): number {
    const s1 = state[1]!;
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    state[2]! ^= state[0]!;
    state[3]! ^= s1;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= s1 << 9;
    state[3] = (state[3]! << 11) | (state[3]! >>> 21);
    return result;
  }

  const uniform = () => next() / 4294967296;
  const integer = (below: number) => Math.floor(uniform() * below);
  return {
    uniform,
    integer,
    normal() {
      if (spare !== null) {
        const kept = spare;
        spare = null;
        return kept;
      }
      const radius = Math.sqrt(-2 * Math.log(Math.max(uniform(), 1e-12)));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    pick: (list) => list[integer(list.length)]!,
  };
}

/** f32[length] of standard normal noise */
export function normals(random: Random, length: number, scale = 1): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = random.normal() * scale;
  return values;
}

function splitmix(seed: number): Uint32Array {
  let z = seed >>> 0;
  const words = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    z = (z + 0x9e3779b9) >>> 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    words[i] = (t ^ (t >>> 15)) >>> 0;
  }
  return words;
}
