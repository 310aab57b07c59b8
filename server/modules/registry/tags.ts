import { TAGS_MAX } from '#api/registry/edit-shapes.ts';

const TAG = /^[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)*$/u;
const SHORTEST = 2;
const LONGEST = 30;

/** One spelling for a tag, however it was typed: "Film  Noir" and "film-noir" are the same. */
export const tagOf = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/^[#\s_-]+|[\s_-]+$/g, '')
    .replace(/[\s_-]+/g, '-');

/** Tags as they are kept: each once, in the order in which they were given; or why they cannot be. */
export function tagsOf(typed: readonly string[]): { tags: string[] } | { why: string } {
  const tags = [...new Set(typed.map(tagOf).filter((tag) => tag !== ''))];
  const odd = tags.find((tag) => !isTag(tag));
  if (odd !== undefined)
    return {
      why: `“${odd.slice(0, LONGEST)}” is not a tag: ${SHORTEST} to ${LONGEST} letters, digits and hyphens`,
    };
  if (tags.length > TAGS_MAX) return { why: `there may be ${TAGS_MAX} at most, and here are ${tags.length}` };
  return { tags };
}

function isTag(tag: string): boolean {
  const length = [...tag].length;
  return length >= SHORTEST && length <= LONGEST && TAG.test(tag);
}
