// One snapshot onto the page. Only this file and lines.js know the document's ids.

import { amountDigits, currencySymbol, grouped, money, taken } from './format.js';
import { byID, icon, label, paintRows, rich, show, text } from './dom.js';
import { fit } from './fit.js';
import { clearLines, paintLines } from './lines.js';
import { stringsFor } from './strings.js';
import { billDiscounts, titleOf, viewOf } from './views.js';

const parts = ['welcome', 'slip', 'stub', 'ticket', 'hint'];
const deductionRows = 3;
const billDiscountRows = 4;
const longTotalDigits = 8;

export function paint(snapshot, page) {
  const strings = stringsFor(snapshot.language);
  const view = viewOf(snapshot);
  const enabled = new Set(snapshot.buttons.filter((b) => b.enabled).map((b) => b.name));
  paintFrame(snapshot, strings, view);
  for (const part of parts) show(byID(part), view.parts.includes(part));
  paintMember(snapshot, strings, view);
  paintBill(snapshot, strings, view);
  paintStub(snapshot, strings, view, enabled);
  paintHint(snapshot, strings);
  paintTicket(snapshot, strings);
  paintActions(snapshot, strings, view, enabled, page);
  paintNotices(snapshot, strings, view, page);
  byID('help').disabled = !enabled.has('help');
  byID('language').disabled = !enabled.has('language');
  // Last, for the lines take the room that the others leave.
  const isList = view.kind === 'list';
  for (const id of ['lines', 'empty', 'pager']) show(byID(id), isList);
  if (!isList) clearLines();
  const options = {
    highlightNewest: view.edits === true,
    canChangeQuantity: view.edits === true && enabled.has('quantity'),
    canRemove: view.edits === true && enabled.has('remove'),
  };
  fit(isList
    ? (pageLines) => paintLines(snapshot, strings, { ...options, pageLines }) : null);
}

function paintFrame(snapshot, strings, view) {
  const screen = byID('screen');
  if (screen.dataset.view !== view.kind) screen.className = `screen ${view.kind}`;
  screen.dataset.view = view.kind;
  screen.dataset.state = snapshot.state;
  if (document.documentElement.lang !== strings.tag) document.documentElement.lang = strings.tag;
  byID('language').lang = snapshot.language === 'zh' ? 'en' : 'zh-Hans';
  for (const element of document.querySelectorAll('[data-text]')) {
    text(element, strings[element.dataset.text]);
  }
  label(byID('page-up'), strings.pageUp);
  label(byID('page-down'), strings.pageDown);
  text(byID('shop'), snapshot.shop.name);
  paintClock(snapshot);
  show(byID('steps'), view.step !== undefined);
  [...byID('steps').children].forEach((step, index) => {
    if (index === view.step) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
  });
  const short = snapshot.tender?.remaining
    ? money(snapshot.tender.remaining, snapshot.currency) : null;
  const [title, lead] = titleOf(snapshot, strings, short);
  text(byID('title'), title);
  text(byID('lead'), lead);
  if (document.title !== title) document.title = title;
  show(byID('sign'), view.sign !== undefined);
  if (view.sign) icon(byID('sign-shape'), view.sign);
  show(byID('beam'), snapshot.state === 'scanning');
}

export function paintClock(snapshot) {
  const now = new Date();
  const time = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`;
  text(byID('where'), stringsFor(snapshot.language).where(snapshot.shop.kiosk, time));
}

function paintMember(snapshot, strings, view) {
  const member = snapshot.member;
  const shows = view.kind === 'list' || view.kind === 'bill-view'
    || (view.kind === 'attract' && member !== null);
  show(byID('member'), shows && member !== null);
  show(byID('invite'), member === null && view.kind === 'list');
  if (!member) {
    // Nothing of the last customer may stay in the document, shown or not.
    for (const name of ['name', 'level', 'phone', 'points']) text(byID(`member-${name}`), '');
    return;
  }
  text(byID('member-name'), member.name);
  text(byID('member-level'), member.level);
  text(byID('member-phone'), member.phone ? strings.phone(member.phone) : '');
  text(byID('member-points'), grouped(member.points));
}

function pieces(snapshot) {
  return snapshot.lines.reduce((sum, line) => sum + line.quantity, 0);
}

function paintBill(snapshot, strings, view) {
  const shows = view.kind === 'bill-view' || view.kind === 'finished';
  const inMoney = (minorUnits) => money(minorUnits, snapshot.currency);
  const rows = shows ? [
    { title: strings.goods(pieces(snapshot)), amount: inMoney(snapshot.subtotal) },
    ...limited(snapshot.discounts, billDiscountRows, snapshot, strings),
  ] : [];
  const { bonus = 0, principal = 0, remaining = 0 } = (shows && snapshot.tender) || {};
  const from = [
    { title: strings.bonus, units: bonus },
    { title: bonus > 0 ? strings.principal : strings.principalOnly, units: principal },
    { title: strings.remaining, units: remaining, kind: 'short' },
  ].filter((row) => row.units > 0).map((row) => ({ ...row, amount: inMoney(row.units) }));
  show(byID('bill'), shows);
  paintRows(byID('bill'), rows);
  show(byID('tender-panel'), from.length > 0);
  paintRows(byID('tender'), from);
}

/** At most `limit` rows of discounts; the last then stands for all that are left. */
function limited(discounts, limit, snapshot, strings) {
  const rows = discounts.map((discount) => ({
    title: discount.title, amount: taken(discount.amount, snapshot.currency), kind: 'take',
  }));
  if (rows.length <= limit) return rows;
  const rest = discounts.slice(limit - 1);
  const amount = rest.reduce((sum, discount) => sum + discount.amount, 0);
  return [...rows.slice(0, limit - 1), {
    title: strings.otherRules(rest.length), amount: taken(amount, snapshot.currency), kind: 'take',
  }];
}

function paintStub(snapshot, strings, view, enabled) {
  const finished = view.kind === 'finished';
  const completed = snapshot.completed;
  const due = finished && completed ? completed.paid : snapshot.total;
  paintRows(byID('deductions'), view.kind === 'list'
    ? limited(billDiscounts(snapshot), deductionRows, snapshot, strings) : []);
  text(byID('total-label'), finished
    ? strings.paid
    : strings.toPay(snapshot.lines.length, view.kind === 'list' ? pieces(snapshot) : 0));
  const saved = snapshot.subtotal - snapshot.total;
  rich(byID('saved'), saved > 0 ? strings.saved(money(saved, snapshot.currency)) : []);
  const digits = amountDigits(due, snapshot.currency);
  text(byID('total-symbol'), currencySymbol(snapshot.currency));
  text(byID('total-amount'), digits);
  byID('total').classList.toggle('long', digits.length >= longTotalDigits);
  const earns = finished && completed !== null && snapshot.member !== null;
  show(byID('earned'), earns);
  rich(byID('earned'), earns
    ? strings.earned(grouped(completed.pointsEarned), grouped(completed.pointsBalance)) : []);
  const primary = byID('primary');
  const keys = view.key ?? [];
  const name = keys.find((key) => enabled.has(key)) ?? keys[0];
  show(primary, !finished);
  primary.disabled = !name || !enabled.has(name);
  if (name) primary.dataset.press = name;
  else delete primary.dataset.press;
  text(byID('primary-text'), name ? strings[view.words?.[name] ?? name] : strings.waiting);
}

function paintHint(snapshot, strings) {
  const hint = snapshot.hint;
  if (!hint) show(byID('hint'), false);
  rich(byID('hint-text'), hint
    ? strings.hint(money(hint.missing, snapshot.currency), hint.title) : []);
  const percent = Math.min(100, Math.max(0, hint?.reachedPercent ?? 0));
  byID('hint-bar').setAttribute('aria-valuenow', String(percent));
  label(byID('hint-bar'), strings.hintReached);
  byID('hint-reached').style.width = `${percent}%`;
}

function paintTicket(snapshot, strings) {
  const coupon = snapshot.completed?.coupon ?? null;
  if (!coupon) show(byID('ticket'), false);
  const offer = coupon?.offer ?? null;
  paintCode(offer, strings);
  text(byID('ticket-worth'), coupon?.worth && !offer
    ? money(coupon.worth, snapshot.currency).replace(/\.0+$/, '') : '');
  show(byID('ticket-gift'), !coupon?.worth && !offer);
  text(byID('ticket-title'), coupon ? strings.couponTitle(coupon.title) : '');
  const dates = snapshot.completed?.paper === 'delayed'
    ? strings.couponDatesLater : strings.couponDates;
  text(byID('ticket-dates'), coupon
    ? (offer ? strings.couponOnScreen(offer.code) : '') + dates(coupon.validFrom, coupon.validUntil)
    : '');
}

// A QR code in its quiet zone of four modules (ISO/IEC 18004, 5.3.8).
function paintCode(offer, strings) {
  const code = byID('ticket-code');
  show(code, offer !== null);
  label(code, strings.couponCode);
  const side = (offer?.size ?? 0) + 8;
  code.setAttribute('viewBox', `-4 -4 ${side} ${side}`);
  byID('ticket-path').setAttribute('d', offer?.path ?? '');
}

function paintActions(snapshot, strings, view, enabled, page) {
  const finished = view.kind === 'finished';
  const cancels = enabled.has('cancel') && ['list', 'bill-view'].includes(view.kind);
  const asks = snapshot.state === 'scanning';
  const isAsked = asks && enabled.has('confirm');
  show(byID('cancel'), cancels && !isAsked);
  const key = asks ? (page.cancelAsked ? 'cancelAgain' : 'cancelAll')
    : (view.words?.cancel ?? (snapshot.state === 'reviewing' ? 'back' : 'backToItems'));
  text(byID('cancel-text'), strings[key]);
  icon(byID('cancel-shape'), asks || snapshot.state === 'claiming' ? 'cross' : 'back');
  byID('cancel').classList.toggle('asked', asks && page.cancelAsked);
  show(byID('still'), isAsked);
  show(byID('done'), finished && enabled.has('done'));
  show(byID('after'), finished);
  show(byID('actions'), cancels || finished);
}

/** What the title says already, and what no longer matters to somebody who has paid. */
const toldByView = {
  closed: ['outOfService'], finished: ['printerNotReady', 'paperNearEnd', 'cardReaderNotReady'],
};
const deviceOfMessage = {
  printerNotReady: 'printer', paperNearEnd: 'printer', cardReaderNotReady: 'cardReader',
  scannerNotReady: 'scanner',
};

function paintNotices(snapshot, strings, view, page) {
  const told = toldByView[view.kind] ?? [];
  const messages = snapshot.messages.filter((message) => !told.includes(message.code));
  if (page.pressLost) messages.unshift({ severity: 'refusal', text: strings.pressLost });
  paintNotice(byID('notice-first'), messages[0], snapshot);
  paintNotice(byID('notice-second'), messages[1], snapshot);
}

function paintNotice(notice, message, snapshot) {
  show(notice, message !== undefined);
  const severity = message?.severity ?? 'info';
  if (notice.className !== `notice ${severity}`) notice.className = `notice ${severity}`;
  icon(notice.querySelector('use'), severity === 'info' ? 'info' : 'attention');
  text(notice.querySelector('p'), message?.text ?? '');
  // The cause of a device's trouble is for staff: small, beside the customer's words.
  const kind = deviceOfMessage[message?.code];
  const device = snapshot.devices.find((each) => each.kind === kind);
  text(notice.querySelector('small'), device?.message ?? '');
}
