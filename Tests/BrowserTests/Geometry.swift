/// Measures the page as a strict designer would; a function body that returns a list of faults.
///
/// 1rem is 4 mm on the glass: keys of 20 mm, 4 mm apart, type of 7 mm, contrast 5:1 (12:1).
enum Geometry {
  static let script = """
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const faults = [];
    const name = (e) => (e.id || e.getAttribute('class') || e.tagName)
      + ' "' + e.textContent.trim().slice(0, 24) + '"';
    const box = (e) => e.getBoundingClientRect();
    const isShown = (e) => {
      const b = box(e), s = getComputedStyle(e);
      return e.checkVisibility({ visibilityProperty: true }) && b.width > 2 && b.height > 2
        && !e.closest('template') && s.clipPath === 'none' && !e.closest('[style*="clip"]')
        && [...ancestors(e)].every((a) => getComputedStyle(a).clipPath === 'none');
    };
    function* ancestors(e) { for (let a = e.parentElement; a; a = a.parentElement) yield a; }

    // Nothing scrolls, nothing stands outside.
    const root = document.scrollingElement;
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) {
      faults.push('the page scrolls');
    }
    const all = [...document.body.querySelectorAll('*')].filter(isShown);
    for (const e of all) {
      const b = box(e);
      if (b.left < -1 || b.top < -1 || b.right > innerWidth + 1 || b.bottom > innerHeight + 1) {
        faults.push('outside: ' + name(e) + ' bottom ' + Math.round(b.bottom));
      }
    }

    // Keys: 20 mm, 4 mm apart, not covered, with a name.
    const keys = all.filter((e) => e.tagName === 'BUTTON');
    for (const key of keys) {
      const b = box(key);
      if (Math.min(b.width, b.height) < 5 * rem - 0.5) {
        const short = Math.min(b.width, b.height) / rem;
        faults.push('small key: ' + name(key) + ' ' + short.toFixed(2));
      }
      if (!key.textContent.trim() && !key.getAttribute('aria-label')) {
        faults.push('no name: ' + name(key));
      }
      for (const [x, y] of [[.5, .5], [.1, .1], [.9, .9]]) {
        const top = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y);
        if (!top || !key.contains(top)) {
          faults.push('covered: ' + name(key) + ' by ' + (top ? name(top) : 'nothing'));
          break;
        }
      }
      for (const other of keys) {
        if (other === key) break;
        const o = box(other);
        const dx = Math.max(o.left - b.right, b.left - o.right);
        const dy = Math.max(o.top - b.bottom, b.top - o.bottom);
        if (Math.max(dx, dy) < 1 * rem - 1.5) {
          faults.push('too near: ' + name(key) + ' and ' + name(other) + ' '
            + (Math.max(dx, dy) / rem).toFixed(2));
        }
      }
    }
    const pay = document.querySelector('#primary');
    if (isShown(pay)) {
      const b = box(pay);
      const normal = !document.documentElement.className && innerHeight > 600;
      const least = !normal ? 5 : innerHeight > innerWidth ? 8.5 : 7;
      if (b.height < least * rem - 0.5) faults.push('low main key: ' + (b.height / rem).toFixed(2));
    }

    // What is asked of the customer is always said; a small list may say it to speech only.
    const mayHide = innerHeight < 600 || document.documentElement.className;
    const kind = document.getElementById('screen').dataset.view;
    if (!isShown(document.getElementById('title')) && !(mayHide && /list|bill/.test(kind))) {
      faults.push('no title');
    }
    const tender = document.getElementById('tender');
    if (kind === 'bill-view' && tender.children.length && !isShown(tender)) {
      faults.push('what is taken from the wallet is not told');
    }

    // Text: 7 mm type, whole, and readable on what is behind it.
    const parse = (color) => {
      const n = color.match(/[\\d.]+/g).map(Number);
      if (color.startsWith('color(srgb')) return [n[0] * 255, n[1] * 255, n[2] * 255, n[3] ?? 1];
      return [n[0], n[1], n[2], n[3] ?? 1];
    };
    const luminance = (c) => {
      const [r, g, b] = c.map((v) => {
        v /= 255;
        return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (e) => {
      for (let a = e; a; a = a.parentElement) {
        const c = parse(getComputedStyle(a).backgroundColor);
        if (c[3] === 1) return c;
      }
      return [255, 255, 255];
    };
    for (const e of all) {
      const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      if (!own || e.tagName === 'SCRIPT') continue;
      const s = getComputedStyle(e);
      if (parseFloat(s.fontSize) < 1.75 * rem - 0.1) {
        faults.push('small type: ' + name(e) + ' ' + (parseFloat(s.fontSize) / rem).toFixed(2));
      }
      if (e.clientWidth && e.scrollWidth > e.clientWidth + 1 && s.textOverflow !== 'ellipsis') {
        faults.push('cut text: ' + name(e));
      }
      if (e.closest(':disabled')) continue;
      const [a, b] = [luminance(parse(s.color)), luminance(behind(e))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const least = document.documentElement.dataset.theme === 'contrast' ? 12 : 5;
      if (contrast < least) faults.push('pale: ' + name(e) + ' ' + contrast.toFixed(1));
    }

    // Texts must not run into each other.
    const lines = all
      .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
      .map((e) => {
        const range = document.createRange();
        range.selectNodeContents(e);
        const a = range.getBoundingClientRect(), b = box(e);
        // What is clamped to some lines has more text than it shows.
        return [e, {
          left: Math.max(a.left, b.left - 4), right: Math.min(a.right, b.right + 4),
          top: Math.max(a.top, b.top - 4), bottom: Math.min(a.bottom, b.bottom + 4),
        }];
      });
    for (let i = 0; i < lines.length; i += 1) {
      for (let j = 0; j < i; j += 1) {
        const [[e, a], [f, b]] = [lines[i], lines[j]];
        if (e.contains(f) || f.contains(e) || e.parentElement === f.parentElement) continue;
        const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (w > 4 && h > 0.6 * rem) faults.push('overlap: ' + name(e) + ' and ' + name(f));
      }
    }
    const lang = document.documentElement.lang;
    const hasHan = /\\p{Script=Han}/u.test(document.getElementById('title').textContent);
    if (hasHan !== lang.startsWith('zh')) faults.push('lang is ' + lang);
    return faults;
    """
}
