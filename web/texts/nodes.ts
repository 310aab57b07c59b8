import { parse } from 'svelte/compiler';

/** A node of the tree that Svelte's parser makes, of markup or of script: only what is asked of it here. */
export type Node = { type: string; start: number; end: number; [part: string]: unknown };

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

export const nodesIn = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
export const nodeIn = (value: unknown): Node | null => (isNode(value) ? value : null);
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whatever lies directly below a node. */
export const partsOf = (node: Node): Node[] =>
  Object.values(node).flatMap((part) => (isNode(part) ? [part] : nodesIn(part)));

const BEFORE = '<script lang="ts">';
const AFTER = '</script>';

/** A component's markup and scripts. A file of TypeScript is read as a component that is nothing but its script. */
export function treeOf(source: string, file: string): { markup: Node[]; scripts: Node[]; shift: number } {
  const isComponent = file.endsWith('.svelte');
  const shift = isComponent ? 0 : BEFORE.length;
  const root: unknown = parse(isComponent ? source : `${BEFORE}${source}${AFTER}`, { modern: true });
  if (!isNode(root)) throw new Error(`${file} cannot be read`);
  const scripts = [root['module'], root['instance']].flatMap((script) => {
    const content = nodeIn(nodeIn(script)?.['content']);
    return content ? [content] : [];
  });
  return { markup: nodesIn(nodeIn(root['fragment'])?.['nodes']), scripts, shift };
}
