/**
 * How far two colours lie apart for whoever sees fewer of them: simulated as Machado, Oliveira and Fernandes do (2009,
 * the whole of each deficiency), measured in Oklab, where about 2 is the least that one can see side by side.
 */
type Three = readonly [number, number, number];

export const SIGHTS: Record<string, readonly [Three, Three, Three]> = {
  'most people': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopes: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopes: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopes: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

export function apart(one: string, other: string, sight: string): number {
  const [a, b] = [seenAs(one, sight), seenAs(other, sight)];
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function seenAs(hex: string, sight: string): Three {
  const matrix = SIGHTS[sight];
  if (!matrix) throw new Error(`nobody sees as ${sight}`);
  const light = linear(hex);
  const seen = matrix.map((row) => Math.min(1, Math.max(0, dot(row, light))));
  return oklab([seen[0] ?? 0, seen[1] ?? 0, seen[2] ?? 0]);
}

const dot = (a: Three, b: Three) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function linear(hex: string): Three {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function oklab(rgb: Three): Three {
  const cones: Three = [
    Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], rgb)),
    Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], rgb)),
    Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], rgb)),
  ];
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}
