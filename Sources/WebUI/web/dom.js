// The only ways the page changes its document: patched texts, attributes, visibility.

export function byID(id) {
  return document.getElementById(id);
}

export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

export function label(element, value) {
  if (element.getAttribute('aria-label') !== value) element.setAttribute('aria-label', value);
}

/** Also for SVG elements, which have no property `hidden`. */
export function show(element, shown) {
  element.toggleAttribute('hidden', !shown);
}

/** Texts in turn plain and strong: `['You save ', '¥2.00']`. */
export function rich(element, segments) {
  while (element.children.length > segments.length) element.lastElementChild.remove();
  segments.forEach((segment, index) => {
    let part = element.children[index];
    if (!part) {
      part = document.createElement(index % 2 === 0 ? 'span' : 'strong');
      element.append(part);
    }
    text(part, segment);
  });
}

/** Shows an icon of the sprite in index.html. */
export function icon(use, name) {
  const target = `#i-${name}`;
  if (use.getAttribute('href') !== target) use.setAttribute('href', target);
}

/** Keeps as many rows `dt`, `dd` in a list as there are entries. */
export function paintRows(list, entries) {
  while (list.children.length > entries.length) list.lastElementChild.remove();
  while (list.children.length < entries.length) {
    list.append(byID('row-template').content.firstElementChild.cloneNode(true));
  }
  entries.forEach((entry, index) => {
    const row = list.children[index];
    if (row.className !== (entry.kind ?? '')) row.className = entry.kind ?? '';
    text(row.querySelector('dt'), entry.title);
    text(row.querySelector('dd'), entry.amount);
  });
}
