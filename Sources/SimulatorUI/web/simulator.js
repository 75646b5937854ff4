// The workbench: plays the person at the devices, and shows what the devices show.

const pollMilliseconds = 500;
const byID = (id) => document.getElementById(id);
let shownBytes = -1;
let polling = false;

function say(message, refused = false) {
  byID('status').textContent = message;
  byID('status').classList.toggle('refused', refused);
}

async function get(path) {
  const response = await fetch(path, { cache: 'no-store' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Sends and says what came of it; null when it was refused. */
async function post(path, body, done) {
  try {
    const response = await fetch(path, {
      method: 'POST', cache: 'no-store', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) {
      say(answer.error.message, true);
      return null;
    }
    say(done);
    return answer;
  } catch {
    say('The kiosk does not answer. Is it running?', true);
    return null;
  }
}

function scan(text, aim) {
  return post('/simulator/scanner', aim ? { text, aim } : { text }, `Scanned ${text}`);
}

/** EAN-13 for 12 and 13 digits, EAN-8 for 8; anything else is a QR code. */
function aimOf(code) {
  if (/^\d{12,13}$/.test(code)) return ']E0';
  return /^\d{8}$/.test(code) ? ']E4' : ']Q1';
}

function fill(list, template, entries, paint) {
  list.replaceChildren(...entries.map((entry) => {
    const element = byID(template).content.firstElementChild.cloneNode(true);
    paint(element, entry);
    return element;
  }));
}

async function loadSamples() {
  const samples = await get('/simulator/samples');
  fill(byID('products'), 'product-template', samples.products, (element, product) => {
    element.querySelector('.name').textContent = product.name;
    element.querySelector('.price').textContent = (product.price / 100).toFixed(2);
    element.querySelector('.code').textContent = product.code;
    element.firstElementChild.dataset.scan = product.code;
  });
  fill(byID('coupons'), 'product-template', samples.coupons, (element, coupon) => {
    element.querySelector('.name').textContent = coupon.title;
    element.querySelector('.code').textContent = coupon.code;
    element.firstElementChild.dataset.scan = coupon.code;
  });
  byID('coupons-title').hidden = samples.coupons.length === 0;
  fill(byID('cards'), 'card-template', samples.cards, (element, card) => {
    element.querySelector('.name').textContent = card.member;
    element.querySelector('.code').textContent = card.uid;
    element.dataset.uid = card.uid;
  });
  if (samples.products.length === 0) {
    say('No sample shop: start with --sample to get products and cards.', true);
  }
}

function showCard(uid) {
  byID('card-state').textContent = uid ? `card ${uid}` : 'no card';
  byID('card-away').disabled = uid === null;
  for (const card of document.querySelectorAll('.card')) {
    card.classList.toggle('on', card.dataset.uid.toLowerCase() === uid);
  }
}

function showPrinter(printer) {
  for (const input of document.querySelectorAll('.controls input')) {
    input.checked = input.value === String(printer[input.name]);
  }
  const state = byID('printer-state');
  const fine = printer.attached && printer.cover === 'closed' && printer.paper !== 'out';
  state.textContent = !printer.attached ? 'unplugged' : printer.cover === 'open' ? 'cover open'
    : printer.paper === 'out' ? 'out of paper' : printer.paper === 'nearEnd' ? 'paper near end'
      : 'ready';
  state.classList.toggle('trouble', !fine);
}

/** Shows the paper again when the printer has got more bytes, its newest end in sight. */
function showPaper(byteCount) {
  if (byteCount === shownBytes) return;
  shownBytes = byteCount;
  const picture = byID('paper-picture');
  picture.onload = () => {
    picture.hidden = false;
    byID('paper-empty').hidden = true;
    byID('paper').scrollTop = byID('paper').scrollHeight;
  };
  picture.onerror = () => { picture.hidden = true; };
  if (byteCount > 0) picture.src = `/simulator/printer/paper.png?bytes=${byteCount}`;
  // A sale may have spent a coupon.
  loadSamples().catch(() => {});
}

async function poll() {
  if (polling || document.hidden) return;
  polling = true;
  try {
    const [printer, display, reader] = await Promise.all([
      get('/simulator/printer'), get('/simulator/display'), get('/simulator/reader'),
    ]);
    showPrinter(printer);
    showPaper(printer.byteCount);
    const lines = display.lines.join('\n');
    if (byID('display').textContent !== lines) byID('display').textContent = lines;
    showCard(reader.uid);
  } catch {
    say('The kiosk does not answer. Is it running?', true);
  } finally {
    polling = false;
  }
}

document.addEventListener('click', (event) => {
  const code = event.target.closest('[data-scan]')?.dataset.scan;
  const card = event.target.closest('.card');
  if (code) {
    scan(code, aimOf(code));
  } else if (card) {
    post('/simulator/reader', { uid: card.dataset.uid }, 'Card laid on the reader').then(poll);
  } else if (event.target.id === 'card-away') {
    post('/simulator/reader', { uid: null }, 'Card taken away').then(poll);
  }
});

byID('scan-form').addEventListener('submit', (event) => {
  event.preventDefault();
  scan(byID('scan-text').value, byID('scan-aim').value);
});

document.querySelector('.controls').addEventListener('change', (event) => {
  const { name, value } = event.target;
  const body = name === 'attached' ? { attached: value === 'true' } : { [name]: value };
  const done = { paper: `Paper: ${value}`, cover: `Cover ${value}`, attached: 'Plug moved' };
  post('/simulator/printer', body, done[name]).then(poll);
});

loadSamples().catch(() => say('The kiosk does not answer. Is it running?', true));
poll();
setInterval(poll, pollMilliseconds);
