/**
 * What several models can be told at once: the fields that all of them have, as wide as the narrowest of them.
 * What only one of them has, or what they understand differently, stays a field of its own model.
 */
import type { ChoiceField, FormField, NumberField, SizeField } from './input-schema.ts';

export const COMPARED_MAX = 4;

export function sharedFields(forms: readonly FormField[][]): FormField[] {
  const [first = [], ...others] = forms;
  return first.flatMap((field) => {
    let shared: FormField | null = field;
    for (const form of others) {
      const twin = form.find((other) => other.name === field.name);
      shared = shared && twin ? together(shared, twin) : null;
    }
    return shared ?? [];
  });
}

/** The fields of one model that it does not share. */
export const ownFields = (form: readonly FormField[], shared: readonly FormField[]): FormField[] =>
  form.filter((field) => !shared.some(({ name }) => name === field.name));

function together(one: FormField, other: FormField): FormField | null {
  const base = { ...one, required: one.required || other.required, advanced: one.advanced && other.advanced };
  if (one.kind === 'text' && other.kind === 'text')
    return { ...base, ...one, required: base.required, maxLength: least(one.maxLength, other.maxLength) };
  if (one.kind === 'seed' && other.kind === 'seed') return { ...one, max: Math.min(one.max, other.max) };
  if (one.kind === 'picture' && other.kind === 'picture')
    return { ...one, required: base.required, advanced: base.advanced };
  if (one.kind === 'switch' && other.kind === 'switch') return one;
  if (one.kind === 'number' && other.kind === 'number') return numbersTogether(one, other);
  if (one.kind === 'choice' && other.kind === 'choice') return choicesTogether(one, other);
  if (one.kind === 'size' && other.kind === 'size') return sizesTogether(one, other);
  return null;
}

function numbersTogether(one: NumberField, other: NumberField): NumberField | null {
  const [min, max] = [Math.max(one.min, other.min), Math.min(one.max, other.max)];
  if (min > max || one.unit !== other.unit) return null;
  return {
    ...one,
    min,
    max,
    step: Math.max(one.step, other.step),
    initial: within(one.initial, min, max),
    advanced: one.advanced && other.advanced,
  };
}

function choicesTogether(one: ChoiceField, other: ChoiceField): ChoiceField | null {
  const options = one.options.filter(({ raw }) => other.options.some((option) => option.raw === raw));
  const [first] = options;
  if (!first) return null;
  const initial = options.some(({ raw }) => raw === one.initial) ? one.initial : first.raw;
  return { ...one, options, initial };
}

function sizesTogether(one: SizeField, other: SizeField): SizeField | null {
  const [min, max] = [Math.max(one.min, other.min), Math.min(one.max, other.max)];
  const step = Math.max(one.step, other.step);
  const fit = one.heightName === other.heightName && step % Math.min(one.step, other.step) === 0;
  if (min > max || !fit) return null;
  const fits = (side: number) => side >= min && side <= max && (side - min) % step === 0;
  const presets = one.presets.filter(({ width, height }) => fits(width) && fits(height));
  const { width, height } = one.initial;
  const initial =
    fits(width) && fits(height)
      ? one.initial
      : (presets[0] ?? { width: within(width, min, max), height: within(height, min, max) });
  return { ...one, min, max, step, presets, initial };
}

const within = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
const least = (one: number | undefined, other: number | undefined) =>
  one === undefined ? other : other === undefined ? one : Math.min(one, other);
