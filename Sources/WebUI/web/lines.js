// The list on the slip: keyed rows, the newest pinned on top, the others by pages.

import { money, taken } from './format.js';
import { byID, label, show, text } from './dom.js';

const rows = new Map();
const template = byID('line-template');
let page = 0;
let newestShown = null;

/** What stands on the page: the newest line, then a page of the others, newest first. */
export function visibleLines(lines, pageLines) {
  const newestFirst = lines.toReversed();
  const perPage = Math.max(1, pageLines - 1);
  const others = newestFirst.slice(1);
  const pages = Math.max(1, pageLines > 1 ? Math.ceil(others.length / perPage) : lines.length);
  page = Math.min(page, pages - 1);
  if (pageLines <= 1) {
    return { shown: newestFirst.slice(page, page + 1), pages, first: page + 1, last: page + 1 };
  }
  const start = page * perPage;
  const slice = others.slice(start, start + perPage);
  return {
    shown: [...newestFirst.slice(0, 1), ...slice], pages,
    first: page === 0 ? 1 : start + 2, last: start + 1 + slice.length,
  };
}

export function turnPage(step) {
  page = Math.max(0, page + step);
}

export function paintLines(snapshot, strings, options) {
  const newest = snapshot.lines.at(-1)?.id ?? null;
  // A new item is always seen: its page is the first.
  if (newest !== newestShown) page = 0;
  newestShown = newest;
  const { shown, pages, first, last } = visibleLines(snapshot.lines, options.pageLines);
  const seen = new Set();
  const list = byID('lines');
  shown.forEach((line, index) => {
    seen.add(line.id);
    const row = rowFor(line.id);
    paintRow(row, line, snapshot, strings, { ...options, newest: line.id === newest });
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
  for (const [id, row] of rows) {
    if (seen.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
  show(byID('empty'), snapshot.lines.length === 0);
  show(byID('pager'), pages > 1);
  text(byID('range'), strings.range(first, last, snapshot.lines.length));
  byID('page-up').disabled = page === 0;
  byID('page-down').disabled = page >= pages - 1;
}

/** Empties the list: nothing of the last customer may stay in the document, shown or not. */
export function clearLines() {
  for (const row of rows.values()) row.remove();
  rows.clear();
  page = 0;
  newestShown = null;
  text(byID('range'), '');
  for (const id of ['page-up', 'page-down']) byID(id).disabled = true;
}

function rowFor(id) {
  let row = rows.get(id);
  if (!row) {
    row = template.content.firstElementChild.cloneNode(true);
    row.dataset.line = id;
    rows.set(id, row);
  }
  return row;
}

function paintRow(row, line, snapshot, strings, options) {
  const editable = options.newest && options.canChangeQuantity;
  row.classList.toggle('new', options.newest && options.highlightNewest);
  row.classList.toggle('plain', !options.canRemove);
  text(row.querySelector('.flag'), strings.justScanned);
  text(row.querySelector('.q'), String(line.quantity));
  text(row.querySelector('.n'), line.name);
  text(row.querySelector('.a'), money(line.amount, snapshot.currency));
  const unit = line.quantity > 1 || line.discounts.length > 0;
  const price = money(line.unitPrice, snapshot.currency);
  text(row.querySelector('.unit'), unit ? strings.each(price) : '');
  paintRules(row.querySelector('.rules'), line.discounts, snapshot.currency);
  text(row.querySelector('output'), String(line.quantity));
  const [fewer, more] = row.querySelectorAll('.stepper button');
  label(fewer, strings.fewer(line.name));
  label(more, strings.more(line.name));
  show(row.querySelector('.stepper'), editable);
  fewer.disabled = !editable || line.quantity <= 1;
  more.disabled = !editable || line.quantity >= 99;
  const remove = row.querySelector('.remove');
  show(remove, options.canRemove);
  label(remove, strings.remove(line.name));
}

/** One entry per rule: its name, which may be cut, and what it takes off, which may not. */
function paintRules(list, discounts, currency) {
  while (list.children.length > discounts.length) list.lastElementChild.remove();
  discounts.forEach((discount, index) => {
    let rule = list.children[index];
    if (!rule) {
      rule = byID('rule-template').content.firstElementChild.cloneNode(true);
      list.append(rule);
    }
    text(rule.firstElementChild, discount.title);
    text(rule.lastElementChild, taken(discount.amount, currency));
  });
}
