// The kiosk's side of docs/openapi.yaml: the stream of snapshots, and presses.
//
// The stream is read by fetch, not by EventSource, because only then the comment lines that the
// daemon sends each second can be heard: silence is what tells a dead daemon from an idle one.

const silenceMilliseconds = 2000;
const giveUpMilliseconds = 5000;
const reconnectMilliseconds = 500;
const watchMilliseconds = 250;
const pressTimeoutMilliseconds = 4000;
const bufferLimit = 1 << 20;

let heardAt = performance.now();

/**
 * Follows the stream for as long as the page lives.
 * @param handlers `opened()` before the first snapshot of a connection, `snapshot(value)` with the
 *   newest of each read, `silent(isSilent)` when the two-second rule changes its mind.
 */
export function follow(handlers) {
  let silent = false;
  setInterval(() => {
    const now = performance.now() - heardAt > silenceMilliseconds;
    if (now !== silent) {
      silent = now;
      handlers.silent(silent);
    }
  }, watchMilliseconds);
  reconnectForever(handlers);
}

async function reconnectForever(handlers) {
  for (;;) {
    try {
      await readStream(handlers);
    } catch {
      // Whatever broke it, the answer is the same: wait and connect again; silence is shown.
    }
    await new Promise((resume) => setTimeout(resume, reconnectMilliseconds));
  }
}

async function readStream(handlers) {
  const controller = new AbortController();
  const started = performance.now();
  const watch = setInterval(() => {
    if (performance.now() - Math.max(heardAt, started) > giveUpMilliseconds) controller.abort();
  }, watchMilliseconds);
  try {
    const response = await fetch('/api/v1/events', {
      signal: controller.signal, cache: 'no-store', headers: { Accept: 'text/event-stream' },
    });
    if (!response.ok || !response.body) throw new Error(`events: ${response.status}`);
    handlers.opened();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heardAt = performance.now();
      const newest = parser.feed(value);
      if (newest !== null) handlers.snapshot(JSON.parse(newest));
    }
  } finally {
    clearInterval(watch);
    controller.abort();
  }
}

/** Server-sent events (WHATWG HTML, 9.2.6), of which only the newest data counts. */
export class EventParser {
  #buffer = '';

  feed(text) {
    this.#buffer += text;
    if (this.#buffer.length > bufferLimit) throw new Error('an event is too long');
    const end = this.#buffer.lastIndexOf('\n\n');
    if (end < 0) return null;
    const blocks = this.#buffer.slice(0, end).split('\n\n');
    this.#buffer = this.#buffer.slice(end + 2);
    for (const block of blocks.reverse()) {
      const data = block.split('\n').filter((line) => line.startsWith('data:'));
      if (data.length > 0) return data.map((line) => line.slice(5).trimStart()).join('\n');
    }
    return null;
  }
}

/**
 * Sends one press with the revision that the customer saw.
 * @returns the snapshot it led to, or null when it was refused: what is shown then is right.
 */
export async function press(body) {
  const response = await fetch('/api/v1/press', {
    method: 'POST', cache: 'no-store', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body), signal: AbortSignal.timeout(pressTimeoutMilliseconds),
  });
  if (response.ok) return response.json();
  if (response.status >= 500) throw new Error(`press: ${response.status}`);
  return null;
}
