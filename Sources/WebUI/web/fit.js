// Nothing scrolls: what a screen has no room for gives way, the least important first.

import { byID } from './dom.js';

/** A list shows at least so many lines before anything else gives way, and one at the end. */
const fewLines = 3;

/** Classes of the screen, each of which takes something away; in the order they are tried. */
const sacrifices = [
  'no-hint', 'no-member', 'no-deductions', 'no-after', 'no-top', 'no-cancel', 'one-line',
  'no-bill', 'no-second', 'no-lead', 'no-row', 'no-title', 'no-slip', 'no-ticket',
];

/**
 * Paints the lines of the list, if there is one, and makes everything fit.
 * @param paintLines paints a number of lines, or null for a view without a list.
 */
export function fit(paintLines) {
  const screen = byID('screen');
  const slip = byID('slip');
  screen.classList.remove(...sacrifices);
  slip.classList.remove('dense');
  const wanted = Number(getComputedStyle(screen).getPropertyValue('--page-lines')) || 1;
  let lines = wanted;
  paintLines?.(lines);
  if (fits(screen)) return;
  slip.classList.add('dense');
  if (fits(screen)) return;
  for (; paintLines && lines > fewLines; lines -= 1) {
    paintLines(lines - 1);
    if (fits(screen)) return;
  }
  for (const sacrifice of sacrifices) {
    screen.classList.add(sacrifice);
    if (sacrifice === 'one-line' && paintLines) {
      for (; lines > 1; lines -= 1) {
        paintLines(lines - 1);
        if (fits(screen)) return;
      }
    } else if (fits(screen)) {
      return;
    }
  }
}

/** Whether no part of the screen is larger than its place. */
function fits(screen) {
  if (screen.scrollHeight > screen.clientHeight + 1) return false;
  for (const part of screen.querySelectorAll(':scope > *, .welcome > *, .below > *')) {
    const inner = part.clientHeight;
    // What is hidden has no height, and what is there for speech only has one pixel.
    if (inner > 1 && part.scrollHeight > inner + 1) return false;
  }
  return true;
}
