const GAP_PX = 6;
const EDGE_PX = 8;

/**
 * Puts a floating element (a popover in the top layer) next to its anchor and inside the window.
 * Styles are set through the CSSOM: style attributes are refused by the content security policy.
 */
export function placeNextTo(anchor: HTMLElement, floating: HTMLElement, align: 'start' | 'center' | 'end') {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const isRightToLeft = getComputedStyle(anchor).direction === 'rtl';
  const [start, end] = isRightToLeft ? [at.right - width, at.left] : [at.left, at.right - width];
  const wanted = { start, center: at.left + at.width / 2 - width / 2, end }[align];
  const left = Math.max(EDGE_PX, Math.min(wanted, innerWidth - width - EDGE_PX));
  const below = at.bottom + GAP_PX;
  const fitsBelow = below + height <= innerHeight - EDGE_PX;
  floating.style.position = 'fixed';
  floating.style.inset = 'auto';
  floating.style.left = `${left}px`;
  floating.style.top = `${fitsBelow ? below : Math.max(EDGE_PX, at.top - GAP_PX - height)}px`;
}
