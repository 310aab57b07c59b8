/** Bars side by side with their names, for a picture. */
import { type Drawing, write } from './picture.ts';
import type { Sheet } from './sheet.ts';
import { drawn, shown } from './units.ts';

const ROW = 30;
const NAMES = 260;
const FIGURES = 150;

export function barsDrawing(title: string, sheet: Sheet): Drawing {
  const [first] = sheet.columns;
  const unit = first?.unit ?? 'count';
  const lengths = sheet.rows.map(({ values }) => Math.max(0, drawn(values[0] ?? null, unit) ?? 0));
  const most = Math.max(...lengths, Number.EPSILON);
  return {
    ...{ title, words: first ? [{ text: first.name }] : [], height: sheet.rows.length * ROW },
    draw({ pen, ink, width }) {
      const room = width - NAMES - FIGURES;
      for (const [place, row] of sheet.rows.entries()) {
        const y = place * ROW;
        write(pen, row.label.slice(0, 38), { x: 0, y: y + 6, colour: ink('text') });
        pen.fillStyle = ink('pressed');
        pen.fillRect(NAMES, y + 7, room, 14);
        pen.fillStyle = ink('series-1');
        pen.fillRect(NAMES, y + 7, ((lengths[place] ?? 0) / most) * room, 14);
        const figure = shown(row.values[0] ?? null, unit);
        write(pen, figure, { x: width, y: y + 6, colour: ink('text'), align: 'right' });
      }
    },
  };
}
