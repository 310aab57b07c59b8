import type { ModelFacts } from '#web/api-types.ts';

type Lineage = ModelFacts['lineage'];
type Node = Lineage['nodes'][number];
export type Placed = Node & { x: number; y: number };
export type Line = { path: string; x: number; y: number; royalty_ppm: number; key: string };

export const BOX = { width: 168, height: 52 };
const GAP = { across: 20, down: 58 };

/**
 * Where everything stands in the picture: what was made from the model above it, what it was made from below, a row for
 * each step. Rows are in the middle, so that a line says more than an edge of the picture.
 */
export function layOut({ nodes, edges }: Lineage): {
  width: number;
  height: number;
  nodes: Placed[];
  lines: Line[];
} {
  const depths = [...new Set(nodes.map(({ depth }) => depth))].toSorted((a, b) => a - b);
  const rows = depths.map((depth) => nodes.filter((node) => node.depth === depth));
  const widest = Math.max(1, ...rows.map(({ length }) => length));
  const width = widest * BOX.width + (widest - 1) * GAP.across;
  const placed = rows.flatMap((row, place) => {
    const taken = row.length * BOX.width + (row.length - 1) * GAP.across;
    return row.map((node, column) => ({
      ...node,
      x: (width - taken) / 2 + column * (BOX.width + GAP.across),
      y: place * (BOX.height + GAP.down),
    }));
  });
  const at = new Map(placed.map((node) => [node.release_id, node]));
  const lines = edges.flatMap(({ from, to, royalty_ppm }) => {
    const [child, parent] = [at.get(from), at.get(to)];
    if (!child || !parent) return [];
    const start = { x: child.x + BOX.width / 2, y: child.y + BOX.height };
    const end = { x: parent.x + BOX.width / 2, y: parent.y };
    const bend = (start.y + end.y) / 2;
    return {
      ...{ royalty_ppm, key: `${from} ${to}` },
      path: `M${start.x} ${start.y}C${start.x} ${bend} ${end.x} ${bend} ${end.x} ${end.y}`,
      x: (start.x + end.x) / 2,
      y: bend,
    };
  });
  return { width, height: rows.length * (BOX.height + GAP.down) - GAP.down, nodes: placed, lines };
}

/** What a line of so many letters has room for. */
export const shortened = (text: string, letters: number): string =>
  [...text].length <= letters ? text : `${[...text].slice(0, letters - 1).join('')}…`;
