import type { Attachment } from 'svelte/attachments';

/** Where a row has no room for all of its links, the one that is shown (`current` says which) is among those that are seen. */
export const inSight =
  (current: string): Attachment<HTMLElement> =>
  (row) => {
    const shown = row.querySelector('[aria-current]');
    if (!shown || current === '') return;
    const [box, room] = [shown.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += box.left + box.width / 2 - (room.left + room.width / 2);
  };
