import { expect, test } from 'vitest';
import { BOX, layOut, shortened } from './lineage-layout.ts';

const node = (release_id: string, depth: number) => ({
  ...{ release_id, depth, slug: release_id, title: release_id, version: '1.0.0', licence: 'MIT' },
  creator: { handle: 'ada', display_name: 'Ada' },
  withdrawn: false,
});
const edge = (from: string, to: string) => ({ from, to, royalty_ppm: 50_000 });

test('a family stands in rows, each in the middle, and every line leads from a child down to its parent', () => {
  const { width, height, nodes, lines } = layOut({
    nodes: [node('child', -1), node('self', 0), node('mother', 1), node('father', 1), node('grandmother', 2)],
    edges: [
      ...[edge('child', 'self'), edge('self', 'mother'), edge('self', 'father')],
      ...[edge('mother', 'grandmother'), edge('father', 'grandmother'), edge('self', 'unknown')],
    ],
  });
  expect(lines).toHaveLength(5);
  const middle = (id: string) => (nodes.find(({ release_id }) => release_id === id)?.x ?? 0) + BOX.width / 2;
  for (const id of ['child', 'self', 'grandmother']) expect(middle(id)).toBe(width / 2);
  expect(middle('mother') + middle('father')).toBe(width);
  expect(Math.max(...nodes.map(({ y }) => y)) + BOX.height).toBe(height);
  for (const { x, y } of nodes) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + BOX.width).toBeLessThanOrEqual(width);
    expect(y).toBeGreaterThanOrEqual(0);
  }
  // what comes from both sides is one node with two lines
  expect(lines.filter(({ key }) => key.endsWith('grandmother'))).toHaveLength(2);
});

test('a name that is too long for its box ends in an ellipsis', () => {
  expect(shortened('Tideglass', 9)).toBe('Tideglass');
  expect(shortened('Tideglass Deluxe', 9)).toBe('Tideglas…');
  expect(shortened('👩‍🎨👩‍🎨👩‍🎨', 3)).not.toContain('\uFFFD');
});
