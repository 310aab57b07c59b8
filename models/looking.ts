import sharp from 'sharp';

/** What the tests measure in a picture to see whether the prompt was heard. */
export type Grey = { values: Float32Array; width: number; height: number };

/** Mean red, green and blue of the middle of the picture, 0..255 */
export async function meanColour(bytes: Uint8Array): Promise<[number, number, number]> {
  const { width, height } = await sharp(bytes).metadata();
  const middle = {
    left: Math.floor(width / 4),
    top: Math.floor(height / 4),
    width: Math.floor(width / 2),
    height: Math.floor(height / 2),
  };
  const { channels } = await sharp(await sharp(bytes).removeAlpha().extract(middle).png().toBuffer()).stats();
  return channels.slice(0, 3).map(({ mean }) => mean) as [number, number, number];
}

/** 0..255 */
export async function grey(bytes: Uint8Array): Promise<Grey> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { values: Float32Array.from(data), width: info.width, height: info.height };
}

export function mean({ values }: Grey): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** share of the picture that is lighter than `edge` */
export function lighterThan({ values }: Grey, edge: number): number {
  return values.filter((value) => value > edge).length / values.length;
}

/** The number between its lightest and its darkest, where body and ground part */
export function middleTone({ values }: Grey): number {
  const sorted = values.toSorted();
  return (sorted[Math.floor(sorted.length * 0.02)]! + sorted[Math.floor(sorted.length * 0.98)]!) / 2;
}

/** How many separate light patches of at least `least` pixels there are */
export function patches({ values, width, height }: Grey, edge: number, least = 12): number {
  const seen = new Uint8Array(values.length);
  let count = 0;
  for (let start = 0; start < values.length; start++) {
    if (seen[start] || values[start]! <= edge) continue;
    const reach = [start];
    seen[start] = 1;
    for (let i = 0; i < reach.length; i++) {
      const at = reach[i]!;
      const [x, y] = [at % width, Math.floor(at / width)];
      for (const [right, down] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const next = at + right + down * width;
        if (x + right < 0 || x + right >= width || y + down < 0 || y + down >= height) continue;
        if (seen[next] || values[next]! <= edge) continue;
        seen[next] = 1;
        reach.push(next);
      }
    }
    if (reach.length >= least) count++;
  }
  return count;
}

/** How alike the picture and itself turned by one of `folds` parts of a circle are, -1..1 */
export function turnedAlike({ values, width, height }: Grey, folds: number): number {
  const [cos, sin] = [Math.cos((2 * Math.PI) / folds), Math.sin((2 * Math.PI) / folds)];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const reach = Math.min(middleX, middleY) * 0.85;
  const pairs: [number, number][] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - middleX, y - middleY];
      const radius = Math.hypot(dx, dy);
      if (radius > reach || radius < reach * 0.2) continue;
      const [turnedX, turnedY] = [middleX + dx * cos - dy * sin, middleY + dx * sin + dy * cos];
      pairs.push([values[y * width + x]!, values[Math.round(turnedY) * width + Math.round(turnedX)]!]);
    }
  return correlation(pairs);
}

function correlation(pairs: [number, number][]): number {
  const middle = (side: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [left, right] = [middle(0), middle(1)];
  let [both, leftSquares, rightSquares] = [0, 0, 0];
  for (const [a, b] of pairs) {
    both += (a - left) * (b - right);
    leftSquares += (a - left) ** 2;
    rightSquares += (b - right) ** 2;
  }
  return both / Math.sqrt(leftSquares * rightSquares);
}

/** How alike two pictures are whatever their light, -1..1 */
export function alike(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return correlation(Array.from(one, (value, i) => [value, other[i]!]));
}

/** Mean difference of two frames, 0..255 */
export function difference(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += Math.abs(one[i]! - other[i]!);
  return sum / one.length;
}
