import type { Nodes, PhrasingContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

/**
 * A model card as a tree of the few elements that it may have. CommonMark is read by the library; what is
 * not on this list (HTML, pictures, footnotes) becomes its text or nothing, and no HTML is ever made.
 * Read on the server: the page gets the tree and not the parser.
 */
export type Inline =
  | { type: 'text' | 'code'; text: string }
  | { type: 'strong' | 'emphasis'; content: Inline[] }
  | { type: 'link'; href: string; content: Inline[] };
export type Block =
  | { type: 'heading'; level: 2 | 3 | 4; content: Inline[] }
  | { type: 'paragraph'; content: Inline[] }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'list'; ordered: boolean; items: Block[][] }
  | { type: 'code'; text: string };

export function parseMarkdown(source: string): Block[] {
  const { children } = fromMarkdown(source);
  // the name of the model comes first in a card, and the page has said it already
  const [first, ...rest] = children;
  const shown = first?.type === 'heading' && first.depth === 1 ? rest : children;
  return shown.flatMap(block);
}

function block(node: Nodes): Block[] {
  switch (node.type) {
    case 'heading':
      // the page has its own h1, so a card starts at the second level
      return [
        {
          type: 'heading',
          level: node.depth <= 2 ? 2 : node.depth === 3 ? 3 : 4,
          content: inlines(node.children),
        },
      ];
    case 'paragraph':
      return [{ type: 'paragraph', content: inlines(node.children) }];
    case 'blockquote':
      return [{ type: 'quote', blocks: node.children.flatMap(block) }];
    case 'list':
      return [
        {
          type: 'list',
          ordered: node.ordered ?? false,
          items: node.children.map((item) => item.children.flatMap(block)),
        },
      ];
    case 'code':
      return [{ type: 'code', text: node.value }];
    default:
      return [];
  }
}

const inlines = (nodes: readonly PhrasingContent[]): Inline[] => nodes.flatMap(inline);

function inline(node: PhrasingContent): Inline[] {
  switch (node.type) {
    case 'text':
      return [{ type: 'text', text: node.value }];
    case 'inlineCode':
      return [{ type: 'code', text: node.value }];
    case 'strong':
    case 'emphasis':
      return [{ type: node.type, content: inlines(node.children) }];
    case 'break':
      return [{ type: 'text', text: ' ' }];
    case 'link':
      return isSafe(node.url)
        ? [{ type: 'link', href: node.url, content: inlines(node.children) }]
        : inlines(node.children);
    default:
      return [];
  }
}

const isSafe = (href: string) => /^(https:\/\/|\/(?!\/)|#)/.test(href);
