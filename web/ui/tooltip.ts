import type { Attachment } from 'svelte/attachments';
import { placeNextTo } from './floating.ts';

const ID = 'tooltip';
const DELAY_MS = 350;

/** One bubble serves the whole page; it lies in the top layer, so nothing clips it. */
function bubble(): HTMLElement {
  const existing = document.getElementById(ID);
  if (existing) return existing;
  const made = document.createElement('div');
  made.id = ID;
  made.role = 'tooltip';
  made.popover = 'manual';
  made.className = 'max-w-64 rounded-sm bg-solid px-2.5 py-1.5 text-xs text-on-solid pointer-events-none';
  document.body.append(made);
  return made;
}

/** Explains an element on hover and on keyboard focus. Use: `{@attach tooltip('Why')}`. */
export function tooltip(text: string | null | undefined): Attachment<HTMLElement> {
  return (element) => {
    if (!text) return;
    let timer = 0;
    const show = () => {
      const tip = bubble();
      tip.textContent = text;
      tip.showPopover();
      placeNextTo(element, tip, 'center');
      element.setAttribute('aria-describedby', ID);
    };
    const hide = () => {
      clearTimeout(timer);
      if (element.getAttribute('aria-describedby') !== ID) return;
      element.removeAttribute('aria-describedby');
      bubble().hidePopover();
    };
    const showSoon = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') timer = window.setTimeout(show, DELAY_MS);
    };
    const showOnKeyboard = () => element.matches(':focus-visible') && show();
    const hideOnEscape = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    const why = () => element.getAttribute('aria-disabled') === 'true' && show();
    element.addEventListener('pointerenter', showSoon);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('focus', showOnKeyboard);
    element.addEventListener('blur', hide);
    element.addEventListener('keydown', hideOnEscape);
    element.addEventListener('click', why);
    return () => {
      hide();
      element.removeEventListener('pointerenter', showSoon);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('focus', showOnKeyboard);
      element.removeEventListener('blur', hide);
      element.removeEventListener('keydown', hideOnEscape);
      element.removeEventListener('click', why);
    };
  };
}
