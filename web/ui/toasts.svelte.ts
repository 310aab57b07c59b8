export type Toast = {
  id: number;
  tone: 'done' | 'problem';
  message: string;
  action: { label: string; act: () => void } | null;
};

const STAY_MS = 6000;
let lastId = 0;
export const toasts: Toast[] = $state([]);

export function dismiss(id: number) {
  const at = toasts.findIndex((toast) => toast.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

/** A word at the edge of the page that something was done, with a way to undo it where there is one. */
export function toast(message: string, more: Partial<Pick<Toast, 'tone' | 'action'>> = {}) {
  const id = ++lastId;
  toasts.push({ id, message, tone: more.tone ?? 'done', action: more.action ?? null });
  setTimeout(() => dismiss(id), more.action ? STAY_MS * 1.5 : STAY_MS);
}
