// The kiosk's screen: paints the newest snapshot, sends presses, decides nothing.

import { byID, show } from './dom.js';
import { follow, press } from './connection.js';
import { turnPage } from './lines.js';
import { paint, paintClock } from './paint.js';

const clockMilliseconds = 10_000;
const cancelAskMilliseconds = 8000;
/** Larger type or another theme left on at attract is put back when nobody has touched so long. */
const leftOverMilliseconds = 60_000;

const toggles = ['larger', 'contrast', 'lower'];
const page = { cancelAsked: false, pressLost: false };
let latest = null;
let shownState = null;
let framePending = false;
let pressing = false;
let touchedAt = performance.now();
let cancelTimer = 0;

function schedule() {
  if (framePending || !latest) return;
  framePending = true;
  requestAnimationFrame(() => {
    framePending = false;
    draw();
  });
}

function draw() {
  if (latest.state === 'attract' && shownState !== 'attract') cleanForNextCustomer();
  if (latest.state !== shownState || asksForPresence()) page.cancelAsked = false;
  shownState = latest.state;
  paint(latest, page);
  document.body.dataset.revision = String(latest.revision);
}

/** Takes a snapshot if it is newer than what is shown. */
function accept(snapshot) {
  if (latest && snapshot.revision < latest.revision) return;
  latest = snapshot;
  schedule();
}

function cleanForNextCustomer() {
  for (const name of toggles) setToggle(name, false);
  turnPage(-Infinity);
  page.pressLost = false;
  document.activeElement?.blur();
}

function setToggle(name, on) {
  byID(name).setAttribute('aria-pressed', String(on));
  const root = document.documentElement;
  if (name === 'contrast') {
    if (on) root.dataset.theme = 'contrast';
    else delete root.dataset.theme;
  } else {
    root.classList.toggle(name === 'larger' ? 'larger' : 'lowered', on);
    if (root.className === '') root.removeAttribute('class');
  }
  schedule();
}

async function send(body) {
  if (pressing || !latest) return;
  pressing = true;
  try {
    const snapshot = await press({ ...body, revision: latest.revision });
    page.pressLost = false;
    if (snapshot) accept(snapshot);
  } catch {
    page.pressLost = true;
  } finally {
    pressing = false;
    schedule();
  }
}

/** The first press on "cancel purchase" asks, the second within some seconds means it. */
function pressCancel() {
  clearTimeout(cancelTimer);
  if (latest.state === 'scanning' && latest.lines.length > 0 && !page.cancelAsked) {
    page.cancelAsked = true;
    cancelTimer = setTimeout(() => {
      page.cancelAsked = false;
      schedule();
    }, cancelAskMilliseconds);
    schedule();
    return;
  }
  page.cancelAsked = false;
  send({ button: 'cancel' });
}

/** The daemon asks whether somebody is there: any touch is an answer. */
function asksForPresence() {
  return latest.state === 'scanning'
    && latest.buttons.some((each) => each.name === 'confirm' && each.enabled);
}

function click(event) {
  if (!latest) return;
  const button = event.target.closest('button');
  if (!button || button.disabled) {
    if (asksForPresence()) send({ button: 'confirm' });
    return;
  }
  const line = button.closest('[data-line]')?.dataset.line;
  if (toggles.includes(button.id)) {
    setToggle(button.id, button.getAttribute('aria-pressed') !== 'true');
  } else if (button.id === 'page-up' || button.id === 'page-down') {
    turnPage(button.id === 'page-up' ? -1 : 1);
    schedule();
  } else if (button.id === 'cancel') {
    pressCancel();
  } else if (button.dataset.step) {
    const quantity = latest.lines.find((each) => each.id === line)?.quantity;
    if (quantity === undefined) return;
    send({ button: 'quantity', line, quantity: quantity + Number(button.dataset.step) });
  } else if (button.classList.contains('remove')) {
    send({ button: 'remove', line });
  } else if (button.dataset.press) {
    send({ button: button.dataset.press });
  }
}

document.addEventListener('click', click);
document.addEventListener('pointerdown', () => { touchedAt = performance.now(); });
document.addEventListener('contextmenu', (event) => event.preventDefault());
document.addEventListener('keydown', (event) => {
  touchedAt = performance.now();
  const key = event.key === 'F1' ? 'help' : event.key === 'Escape' ? 'cancel' : null;
  if (!key || byID(key).hidden || byID(key).disabled) return;
  event.preventDefault();
  byID(key).click();
});
window.addEventListener('resize', schedule);
setInterval(() => {
  if (!latest) return;
  paintClock(latest);
  const unattended = performance.now() - touchedAt > leftOverMilliseconds;
  if (latest.state === 'attract' && unattended) {
    for (const name of toggles) setToggle(name, false);
  }
}, clockMilliseconds);

follow({
  // A daemon that has started again counts from its own first revision.
  opened: () => { latest = null; },
  snapshot: accept,
  silent: (isSilent) => { show(byID('lost'), isSilent); },
});
