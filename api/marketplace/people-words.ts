/**
 * Of the people behind a model everybody is told how many they are at least, in steps: whoever looked before and after
 * one generation would otherwise learn whether its person had been there before.
 */
import { count } from '../language.ts';

export const PEOPLE_LEAST = 5;
const STEPS = [1, 2, 5];

/** 0 where they are fewer than five, else 5, 10, 20, 50, 100, ... */
export function atLeast(people: number): number {
  if (people < PEOPLE_LEAST) return 0;
  const scale = 10 ** Math.floor(Math.log10(people));
  return scale * Math.max(...STEPS.filter((step) => step * scale <= people));
}

/** 0 -> "fewer than 5 people" */
export const peopleWords = (at_least: number): string =>
  at_least === 0
    ? `fewer than ${count(PEOPLE_LEAST, 'person', 'people')}`
    : `at least ${count(at_least, 'person', 'people')}`;
