import { rubricWords } from '#api/program/rubric-words.ts';
import { criteria, type Criterion, type Rubric } from '#api/program/review-shapes.ts';
import type * as z from 'zod';

export const RUBRIC: z.infer<typeof Rubric> = criteria.map((criterion) => ({
  criterion,
  ...rubricWords[criterion],
}));

export const titleOf = (criterion: Criterion): string => rubricWords[criterion].title;
