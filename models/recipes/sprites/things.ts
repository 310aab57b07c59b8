import type { Thing } from '../words/attributes.ts';
import { darker, lch, type Paints, type Rgb } from './paint.ts';

/** `dice`: eight uniform numbers that vary one specimen from the next. */
export type Draw = (x: number, y: number, paint: Paints, dice: readonly number[]) => Rgb | null;

/**
 * Each thing is a function of place (-1..1, y down): the colour there, or null where the ground shows.
 * Later lines lie over earlier ones, as in a painting.
 */
export const DRAWINGS: Record<Thing, Draw> = {
  planet(x, y, paint, [a = 0, tilt = 0, c = 0]) {
    const radius = 0.52 + 0.1 * a;
    const lean = tilt > 0.5 ? 1 : -1;
    const onRing = Math.abs(ellipse(x, y * 2.6 + x * 0.5 * lean, 0.92, 0.5)) < 0.2;
    const inFront = y + x * 0.2 * lean > 0;
    if (distance(x, y) < radius && !(onRing && inFront)) {
      if (x * 0.7 + y * 0.7 > radius * 0.45) return paint.dark;
      return Math.sin(y * (9 + 5 * c) + x * 2) > 0.5 ? paint.lite : paint.main;
    }
    return onRing ? paint.accent : null;
  },

  mushroom(x, y, paint, [a = 0, b = 0, c = 0, d = 0]) {
    const inCap = ellipse(x, y + 0.02, 0.72 + 0.1 * b, 0.64) < 0 && y < 0.12;
    const spots = [
      [-0.35, -0.2],
      [0.3, -0.28],
      [0, -0.45],
      [0.05, -0.12],
    ] as const;
    if (inCap && spots.some(([sx, sy]) => distance(x - sx - 0.1 * (c - 0.5), y - sy) < 0.11 + 0.04 * d))
      return paint.cream;
    if (inCap) return y > -0.02 ? paint.dark : paint.main;
    if (box(x, y - 0.42, 0.17 + 0.06 * a, 0.36)) return x > 0.05 ? paint.creamShade : paint.cream;
    return null;
  },

  fish(x, y, paint, [a = 0, b = 0]) {
    if (distance(x + 0.47, y + 0.08) < 0.05) return paint.ink;
    if (distance(x + 0.45, y + 0.08) < 0.11) return paint.cream;
    if (ellipse(x + 0.12, y, 0.6, 0.36 + 0.1 * a) < 0) {
      if (y > 0.12) return paint.lite;
      return Math.sin((x + b) * 12) > 0.75 && x > -0.35 ? paint.dark : paint.main;
    }
    const tail = Math.abs(y) < (x - 0.3) * 0.95 && x < 0.85;
    const fin = Math.abs(x + 0.02) < 0.2 && y < -0.25 && y > -0.58 + Math.abs(x - 0.1);
    return tail || fin ? paint.dark : null;
  },

  tree(x, y, paint, [a = 0]) {
    if (a > 0.5) {
      for (const [k, width] of [
        [0, 0.7],
        [1, 0.92],
        [2, 1.14],
      ] as const) {
        const down = y + 0.5 - k * 0.33;
        if (down > -0.3 && down < 0.32 && Math.abs(x) < (down + 0.3) * 0.75 * width)
          return x > 0.08 * (k + 1) ? paint.dark : k === 0 ? paint.lite : paint.main;
      }
    } else if (
      distance(x + 0.28, y - 0.02) < 0.38 ||
      distance(x - 0.28, y - 0.02) < 0.38 ||
      distance(x, y + 0.32) < 0.44
    ) {
      return x + y > 0.22 ? paint.dark : x + y < -0.4 ? paint.lite : paint.main;
    }
    return box(x, y - 0.6, 0.1, 0.3) ? paint.wood : null;
  },

  house(x, y, paint, [a = 0]) {
    if (y < -0.06 && y > -0.68 && Math.abs(x) < (y + 0.72) * 1.12) return x > 0.1 ? paint.dark : paint.main;
    if (box(x - 0.36, y + 0.5, 0.08, 0.2) && a > 0.4) return paint.dark;
    if (!box(x, y - 0.32, 0.52, 0.4)) return null;
    if (box(x - 0.02, y - 0.5, 0.13, 0.24)) return paint.accent;
    if (box(x + 0.32, y - 0.26, 0.1, 0.1) || box(x - 0.34, y - 0.26, 0.1, 0.1)) return paint.glow;
    return x > 0.25 ? paint.creamShade : paint.cream;
  },

  flower(x, y, paint, [a = 0, b = 0]) {
    const [petals, angle, reach] = [5 + Math.floor(a * 3), Math.atan2(y + 0.25, x), distance(x, y + 0.25)];
    if (reach < 0.16) return paint.glow;
    if (reach < 0.32 + 0.2 * Math.abs(Math.cos((angle * petals) / 2 + b * 3)))
      return reach > 0.42 ? paint.lite : paint.main;
    if (ellipse(x - 0.22, y - 0.55, 0.2, 0.09) < 0 || ellipse(x + 0.2, y - 0.68, 0.2, 0.09) < 0)
      return paint.leaf;
    return Math.abs(x - 0.05 * Math.sin(y * 4)) < 0.055 && y > 0.1 && y < 0.92 ? paint.leaf : null;
  },

  potion(x, y, paint, [a = 0, b = 0]) {
    if (box(x, y + 0.75, 0.16, 0.09)) return paint.wood;
    if (distance(x, y - 0.18) < 0.54) {
      if (distance(x + 0.22, y + 0.02) < 0.1) return [1, 1, 1];
      if (y < -0.02 - 0.15 * a + 0.05 * Math.sin(x * 8 + b * 6)) return [0.82, 0.88, 0.92];
      const bubbles = [
        [0.1, 0.3],
        [-0.1, 0.42],
        [0.22, 0.15],
      ] as const;
      if (bubbles.some(([bx, by]) => distance(x - bx, y - by) < 0.065)) return paint.lite;
      return x + y > 0.45 ? paint.dark : paint.main;
    }
    return box(x, y + 0.55, 0.13, 0.22) ? [0.75, 0.82, 0.88] : null;
  },

  ghost(x, y, paint, [a = 0, b = 0]) {
    const hem = 0.62 + 0.08 * Math.sin(x * 11 + a * 6);
    const inside = (distance(x, y + 0.12) < 0.55 || (Math.abs(x) < 0.55 && y > -0.12)) && y < hem;
    if (!inside) return null;
    if (
      ellipse(Math.abs(x) - 0.2, y + 0.12, 0.09, 0.14) < 0 ||
      ellipse(x, y - 0.16, 0.1, 0.07 + 0.06 * b) < 0
    )
      return paint.ink;
    if (ellipse(Math.abs(x) - 0.36, y - 0.06, 0.08, 0.05) < 0) return paint.dark;
    return x > 0.3 ? paint.main : x < -0.42 ? [1, 1, 1] : paint.lite;
  },

  crystal(x, y, paint, [a = 0]) {
    for (const [lean, height, width, tilt] of [
      [0, 0.78, 0.26, 0],
      [-0.38, 0.48, 0.18, -0.3],
      [0.38, 0.52, 0.18, 0.3],
    ] as const) {
      const down = y - 0.62;
      const side = x - lean + tilt * down * 0.45;
      const top = height * 1.55 * (0.85 + 0.3 * a);
      const edge = down > -top * 0.72 ? width : (width * (down + top)) / (top * 0.28);
      if (down < 0 && down > -top && Math.abs(side) < edge)
        return side > width * 0.25 ? paint.dark : side < -width * 0.35 ? paint.lite : paint.main;
    }
    return null;
  },

  rocket(x, y, paint, [a = 0]) {
    const hull = 0.27 * Math.sqrt(Math.max(0, 1 - ((y + 0.1) / 0.68) ** 2)) + 0.02;
    if (Math.abs(x) < hull && y < 0.42 && y > -0.78) {
      if (distance(x, y + 0.14) < 0.13) return paint.accent;
      if (y < -0.42 || y > 0.3) return paint.main;
      return x > 0.1 ? paint.creamShade : paint.cream;
    }
    const out = Math.abs(x);
    if (out > 0.2 && out < 0.46 && y > 0.1 - (0.46 - out) * 0.6 + 0.25 * (out - 0.2) && y < 0.55)
      return paint.dark;
    return y > 0.4 && y < 0.78 + 0.12 * a && out < (0.88 - y) * 0.4 ? paint.glow : null;
  },

  cat(x, y, paint, [a = 0]) {
    const out = Math.abs(x);
    if (ellipse(x, y - 0.1, 0.62, 0.52) < 0) {
      if (ellipse(out - 0.24, y - 0.02, 0.04, 0.1) < 0) return paint.ink;
      if (ellipse(out - 0.24, y - 0.02, 0.1, 0.12) < 0) return a > 0.5 ? lch(0.86, 0.16, 1.9) : paint.cream;
      if (ellipse(x, y - 0.24, 0.06, 0.045) < 0) return lch(0.7, 0.12, 0.3);
      if (Math.abs(y - 0.3 - 0.08 * Math.abs(Math.sin(x * 12))) < 0.025 && out < 0.16) return paint.ink;
      if (ellipse(x, y - 0.32, 0.3, 0.2) < 0) return paint.lite;
      return (out < 0.08 && y < -0.15) || x > 0.3 ? paint.dark : paint.main;
    }
    if (y < -0.15 && y > -0.6 && Math.abs(out - 0.37) < (y + 0.62) * 0.25) return lch(0.8, 0.08, 0.2);
    return y < -0.05 && y > -0.75 && out > 0.12 && Math.abs(out - 0.36) < (y + 0.78) * 0.4
      ? paint.main
      : null;
  },

  star(x, y, paint, [a = 0]) {
    const turn = (Math.atan2(x, -y) / (2 * Math.PI)) * 5;
    const edge = 0.8 - 0.43 * Math.abs(turn - Math.round(turn)) * 2;
    const reach = distance(x, y);
    if (reach >= edge) return null;
    const out = Math.abs(x);
    if (
      a > 0.4 &&
      (distance(out - 0.14, y - 0.02) < 0.06 ||
        (Math.abs(y - 0.16 - 0.05 * Math.cos(x * 14)) < 0.025 && out < 0.11))
    )
      return paint.ink;
    return reach < edge * 0.55 ? paint.lite : x + y > 0.2 ? paint.dark : paint.main;
  },

  heart(x, y, paint, [a = 0]) {
    const wide = x / (0.78 + 0.08 * a);
    const tall = -(y - 0.05) / 0.74;
    const inside = (wide * wide + tall * tall - 0.62) ** 3 - 1.1 * wide * wide * tall ** 3 < 0;
    if (!inside) return null;
    if (ellipse(x + 0.32, y + 0.3, 0.14, 0.1) < 0) return paint.lite;
    return x + y > 0.38 ? paint.dark : paint.main;
  },

  cactus(x, y, paint, [a = 0, b = 0]) {
    if (y > 0.48 && y < 0.88 && Math.abs(x) < 0.36 - (y - 0.48) * 0.3)
      return y < 0.58 ? lch(0.68, 0.12, 0.8) : lch(0.58, 0.12, 0.75);
    if (b > 0.5 && distance(x, y + 0.72) < 0.11) return lch(0.75, 0.15, 0.1);
    const body = capsule(x, y, 0, -0.5 - 0.1 * a, 0, 0.5, 0.2);
    const right = capsule(x, y, 0.2, 0.1, 0.46, 0.1, 0.11) || capsule(x, y, 0.46, -0.22, 0.46, 0.1, 0.11);
    const left =
      capsule(x, y, -0.46, 0, -0.2, 0, 0.11) || capsule(x, y, -0.46, -0.36 * (0.6 + 0.4 * a), -0.46, 0, 0.11);
    if (!body && !left && !right) return null;
    if (x > 0.09) return paint.dark;
    return Math.abs(Math.sin(x * 16)) < 0.25 ? paint.lite : paint.main;
  },

  boat(x, y, paint, [a = 0, b = 0]) {
    const wave = 0.66 + 0.04 * Math.sin(x * 9 + b * 6);
    if (y > wave && y < 0.86 && Math.abs(x) < 0.9) return lch(0.65, 0.12, 4.2);
    if (y > 0.3 && y <= wave && Math.abs(x) < 0.72 - (y - 0.3) * 0.55)
      return y < 0.4 ? paint.lite : x > 0.25 ? paint.dark : paint.main;
    if (Math.abs(x + 0.02) < 0.04 && y > -0.8 && y <= 0.3) return paint.wood;
    if (x > 0.04 && y > -0.72 && y < 0.2 && x < (y + 0.72) * 0.62)
      return x > 0.32 ? paint.creamShade : paint.cream;
    return x < -0.08 && y > -0.5 + 0.2 * a && y < 0.2 && -x < (y + 0.55 - 0.1 * a) * 0.55
      ? paint.accent
      : null;
  },

  bird(x, y, paint, [a = 0, b = 0]) {
    if (distance(x + 0.3, y + 0.3) < 0.05) return paint.ink;
    if (distance(x + 0.29, y + 0.3) < 0.11) return paint.cream;
    if (x < -0.5 && x > -0.82 && Math.abs(y + 0.22) < (x + 0.82) * 0.42) return paint.glow;
    if (ellipse(x - 0.16, y - 0.12, 0.3, 0.2 + 0.06 * a) < 0) return y > 0.16 ? paint.lite : paint.dark;
    if (distance(x + 0.26, y + 0.24) < 0.33 || ellipse(x, y - 0.14, 0.52, 0.4) < 0)
      return x < -0.05 && y > 0.1 ? paint.lite : paint.main;
    if (x > 0.35 && x < 0.9 && Math.abs(y + 0.05 + (x - 0.4) * (0.3 + 0.3 * b)) < 0.14) return paint.dark;
    return y > 0.5 && y < 0.78 && (Math.abs(x + 0.1) < 0.035 || Math.abs(x - 0.14) < 0.035)
      ? paint.glow
      : null;
  },

  robot(x, y, paint, [a = 0, b = 0]) {
    const out = Math.abs(x);
    if (distance(x, y + 0.82) < 0.09) return paint.accent;
    if (out < 0.03 && y > -0.8 && y < -0.56) return paint.ink;
    if (box(x, y + 0.28, 0.42, 0.3)) {
      if (distance(out - 0.18, y + 0.34) < 0.09) return paint.glow;
      if (box(x, y + 0.1, 0.2, 0.045)) return a > 0.5 && Math.sin(x * 40) > 0 ? paint.lite : paint.ink;
      return x > 0.26 ? paint.dark : y < -0.48 ? paint.lite : paint.main;
    }
    if (box(x, y - 0.36, 0.34, 0.3)) {
      if (distance(x, y - 0.34) < 0.1 + 0.03 * b) return paint.accent;
      return x > 0.2 ? darker(paint.dark) : paint.dark;
    }
    if (box(out - 0.44, y - 0.3, 0.075, 0.22) || box(out - 0.18, y - 0.76, 0.1, 0.12)) return paint.main;
    return null;
  },

  cake(x, y, paint, [a = 0, b = 0]) {
    if (a > 0.35 && ellipse(x, y + 0.76, 0.05, 0.11) < 0) return paint.glow;
    if (a > 0.35 && box(x, y + 0.52, 0.045, 0.16)) return paint.cream;
    const drip = 0.02 + 0.07 * Math.sin(x * 13 + b * 6);
    const icing = Math.abs(x) < 0.58 && y > -0.36 && y < drip;
    const top = ellipse(x, y + 0.34, 0.58, 0.13) < 0;
    if ((icing || top) && distance(Math.abs(x) - 0.26, y + 0.3) < 0.08) return paint.accent;
    if (top) return paint.lite;
    if (icing) return x > 0.3 ? paint.dark : paint.main;
    if (ellipse(x, y - 0.62, 0.82, 0.12) < 0 && y > 0.58) return [0.86, 0.9, 0.95];
    if (Math.abs(x) >= 0.58 || y <= -0.2 || y >= 0.62) return null;
    if (Math.abs(y - 0.3) < 0.05) return paint.cream;
    return x > 0.3 ? lch(0.62, 0.08, 1.2) : lch(0.72, 0.09, 1.25);
  },
};

/** below 0 inside */
function ellipse(x: number, y: number, a: number, b: number): number {
  return distance(x / a, y / b) - 1;
}

function box(x: number, y: number, a: number, b: number): boolean {
  return Math.abs(x) < a && Math.abs(y) < b;
}

/** within `radius` of the line from one point to another */
function capsule(
  x: number,
  y: number,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  radius: number,
): boolean {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = Math.max(0, Math.min(1, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy)));
  return distance(x - fromX - along * dx, y - fromY - along * dy) < radius;
}

/** Math.hypot guards against overflow and costs ten times this. */
function distance(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
