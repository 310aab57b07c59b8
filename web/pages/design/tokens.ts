/** The tokens as web/app.css has them, and how well one reads on another (WCAG 2.2, relative luminance). */
export type Colour = { name: string; light: string; dark: string };
export type Reading = { name: string; light: Worst; dark: Worst };
export type Worst = { ratio: number; on: string };

export const GROUNDS = ['bg', 'sunken', 'surface', 'raised'] as const;
export const TEXTS = [
  'text',
  'muted',
  'faint',
  'accent-text',
  'positive',
  'warning',
  'danger',
  'info',
] as const;

const DECLARED =
  /--color-([a-z0-9-]+):\s*(?:light-dark\((#[0-9a-f]{3,6}),\s*(#[0-9a-f]{3,6})\)|(#[0-9a-f]{3,6}));/g;

/** Those that cover what lies beneath: a wash has no contrast of its own. */
export const coloursIn = (css: string): Colour[] =>
  [...css.matchAll(DECLARED)].map(([, name = '', light, dark, both]) => ({
    name,
    light: light ?? both ?? '',
    dark: dark ?? both ?? '',
  }));

/** Of each colour of text, the ground on which it reads worst. */
export function readingsOf(colours: Colour[]): Reading[] {
  const named = (name: string) => {
    const found = colours.find((colour) => colour.name === name);
    if (!found) throw new Error(`there is no colour ${name}`);
    return found;
  };
  const worst = (text: Colour, theme: 'light' | 'dark') =>
    GROUNDS.map((on) => ({ on, ratio: contrast(text[theme], named(on)[theme]) })).reduce((a, b) =>
      b.ratio < a.ratio ? b : a,
    );
  return TEXTS.map(named).map((text) => ({
    name: text.name,
    light: worst(text, 'light'),
    dark: worst(text, 'dark'),
  }));
}

export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(hex: string): number {
  const digits = hex.slice(1);
  const whole = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(whole.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
