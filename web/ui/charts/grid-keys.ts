import type { Attachment } from 'svelte/attachments';

/**
 * A table that one walks through by arrow keys, as spreadsheets do: one cell at a time can be reached by Tab, Home and
 * End go to the ends of a row. Cells that can be walked to carry `data-cell`.
 */
export const gridKeys: Attachment<HTMLElement> = (table) => {
  const rows = () =>
    [...table.querySelectorAll('tr')]
      .map((row) => [...row.querySelectorAll<HTMLElement>('[data-cell]')])
      .filter((cells) => cells.length > 0);

  function go(to: HTMLElement | undefined) {
    if (!to) return;
    for (const cell of table.querySelectorAll<HTMLElement>('[data-cell]'))
      cell.tabIndex = cell === to ? 0 : -1;
    to.focus();
  }
  function pressed(event: KeyboardEvent) {
    const all = rows();
    const at = all.findIndex((cells) => cells.some((cell) => cell === event.target));
    const cells = all[at];
    if (!cells || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = cells.findIndex((cell) => cell === event.target);
    const ahead = getComputedStyle(table).direction === 'rtl' ? -1 : 1;
    const to: Record<string, HTMLElement | undefined> = {
      ArrowRight: cells[here + ahead],
      ArrowLeft: cells[here - ahead],
      ArrowDown: all[at + 1]?.[here],
      ArrowUp: all[at - 1]?.[here],
      Home: cells[0],
      End: cells.at(-1),
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    go(to[event.key]);
  }
  const [first] = table.querySelectorAll<HTMLElement>('[data-cell]');
  if (first) first.tabIndex = 0;
  table.addEventListener('keydown', pressed);
  return () => table.removeEventListener('keydown', pressed);
};
