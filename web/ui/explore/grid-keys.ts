/** Arrow keys move between the cards of a grid, from the first link of one to the first link of another. */
export function gridKeys(grid: HTMLElement): () => void {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const cards = [...grid.children].map((card) => card.querySelector<HTMLElement>('a[href]'));
    const here = cards.findIndex((link) => link === event.target);
    const by = here < 0 ? 0 : stepOf(event.key, grid);
    const next = by === 0 ? null : cards[here + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  grid.addEventListener('keydown', onkeydown);
  return () => grid.removeEventListener('keydown', onkeydown);
}

function stepOf(key: string, grid: HTMLElement): number {
  const forward = getComputedStyle(grid).direction === 'rtl' ? -1 : 1;
  if (key === 'ArrowRight') return forward;
  if (key === 'ArrowLeft') return -forward;
  if (key === 'ArrowDown') return columnsOf(grid);
  if (key === 'ArrowUp') return -columnsOf(grid);
  return 0;
}

/** As many cards as stand beside the first. */
function columnsOf(grid: HTMLElement): number {
  const tops = [...grid.children].map((card) => card.getBoundingClientRect().top);
  const below = tops.findIndex((top) => top > (tops[0] ?? 0) + 1);
  return below < 0 ? tops.length : below;
}
