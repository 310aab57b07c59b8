import type { Block, Inline } from './parse.ts';

/** What a card says under one of its headings, without the heading; nothing where it has none. */
export function sectionOf(blocks: readonly Block[], heading: string): Block[] {
  const at = blocks.findIndex((block) => block.type === 'heading' && wordsOf(block.content) === heading);
  if (at < 0) return [];
  const after = blocks.slice(at + 1);
  const level = levelOf(blocks[at]);
  const end = after.findIndex((block) => block.type === 'heading' && block.level <= level);
  return end < 0 ? after : after.slice(0, end);
}

const levelOf = (block: Block | undefined) => (block?.type === 'heading' ? block.level : 0);

const wordsOf = (parts: readonly Inline[]): string =>
  parts
    .map((part) => ('text' in part ? part.text : wordsOf(part.content)))
    .join('')
    .trim();
