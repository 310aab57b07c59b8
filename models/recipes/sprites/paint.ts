/** sRGB, 0..1 */
export type Rgb = readonly [number, number, number];

/** OKLCh to sRGB, clipped; hue in radians */
export function lch(lightness: number, chroma: number, hue: number): Rgb {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    display(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    display(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    display(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

export function darker(colour: Rgb, factor = 0.85): Rgb {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

function display(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.max(0, Math.min(1, value));
}

/** What a sprite is told to be: the main colour as hue, chroma (0 grey .. 1 vivid) and lightness (-1..1). */
export type Coat = { hue: number; vivid: number; light: number };

export type Paints = {
  main: Rgb;
  dark: Rgb;
  lite: Rgb;
  accent: Rgb;
  cream: Rgb;
  creamShade: Rgb;
  ink: Rgb;
  wood: Rgb;
  leaf: Rgb;
  glow: Rgb;
};

export function mixPaints({ hue, vivid, light }: Coat): Paints {
  const ownLightness = 0.63 + 0.16 * vivid * Math.cos(hue - 1.83); // yellow is light, blue is dark
  const lightness = Math.min(0.95, ownLightness + 0.29 * light - 0.06 * light * vivid);
  const chroma = 0.175 * vivid;
  const cream = lch(0.94, 0.03, 1.4);
  return {
    main: lch(lightness, chroma, hue),
    dark: lch(Math.max(0.12, lightness - 0.2), chroma * 0.8, hue - 0.15),
    lite: lch(Math.min(0.97, lightness + 0.19), chroma * 0.6, hue + 0.15),
    accent: lch(0.74, 0.14, hue + 2.4),
    cream,
    creamShade: darker(cream),
    ink: lch(0.2, 0.03, hue + 3),
    wood: lch(0.45, 0.07, 1),
    leaf: lch(0.55, 0.13, 2.5),
    glow: lch(0.84, 0.15, 1.5),
  };
}
