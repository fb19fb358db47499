/* A large file in pieces: each may be sent again, and a closed browser goes on where it was. */
import { timeLeft, uuid7 } from './app.js';

const PIECE = 1024 * 1024;
/** Smaller ones go in one piece, as the form sends them. */
const LARGE = 8 * PIECE;
const signedOut = ({ status }) => status === 401 || status === 403;
/** So long, or until the line is back. */
const wait = (ms) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
  });

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    const file = form.matches('[data-file]') && form.elements.namedItem('file')?.files?.[0];
    if (!file || file.size < LARGE) return;
    event.preventDefault();
    event.stopPropagation();
    void send(form, file);
  },
  true,
);

async function send(form, file) {
  const text = form.querySelector('[data-file-text]');
  const bar = form.querySelector('progress');
  const say = (words) => text && (text.textContent = words);
  const token = new URL(form.action).searchParams.get('_csrf');
  const headers = { accept: 'application/json', 'x-csrf-token': token };
  const name = (field) => form.elements.namedItem(field).value;
  const key = `upload ${file.name} ${file.size} ${file.lastModified} ${name('territory')}`;
  let id = localStorage.getItem(key);
  const ask = async (path, options) => {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 30_000)) {
      try {
        const answer = await fetch(path, { ...options, headers: { ...headers, ...options?.headers } });
        if (answer.status < 500 && answer.status !== 408 && answer.status !== 429) return answer;
      } catch {
        /* The line is gone: below we wait for it. */
      }
      say(form.dataset.waiting);
      await wait(pause);
    }
  };
  const button = form.querySelector('button:not([type=button])');
  button.disabled = true;
  const announce = () => {
    id ??= uuid7();
    localStorage.setItem(key, id);
    const about = { id, territory: name('territory'), source: name('source'), name: file.name, size: file.size };
    return ask('/imports/uploads', {
      method: 'POST',
      body: JSON.stringify(about),
      headers: { 'content-type': 'application/json' },
    });
  };
  const again = id !== null;
  let answer = await announce();
  // It was cancelled since, or ended otherwise: whoever chooses the file again means it anew.
  if (again && (!answer.ok || (await answer.clone().json()).complete)) {
    if (!signedOut(answer)) {
      id = null;
      answer = await announce();
    }
  }
  const started = Date.now();
  let first = null;
  for (;;) {
    // Another piece than the one that follows: ask where we are.
    if (answer.status === 409) answer = await ask(`/imports/${id}/upload`);
    if (!answer.ok) break;
    const { offset, complete } = await answer.json();
    if (complete) {
      localStorage.removeItem(key);
      return location.assign(`/imports/${id}`);
    }
    first ??= offset;
    if (bar) Object.assign(bar, { hidden: false, max: file.size, value: offset });
    const left = offset > first ? ((Date.now() - started) / (offset - first)) * (file.size - offset) : 0;
    say(`${Math.floor((offset / file.size) * 100)} %${left ? ` · ${timeLeft(form, left)}` : ''}`);
    // The file may have been changed or taken away since it was chosen: no waiting for the line brings it back.
    const piece = await file
      .slice(offset, offset + PIECE)
      .arrayBuffer()
      .catch(() => null);
    if (!piece) {
      button.disabled = false;
      return say(form.dataset.gone);
    }
    answer = await ask(`/imports/${id}/upload?offset=${offset}`, {
      method: 'POST',
      body: piece,
      headers: { 'content-type': 'application/octet-stream' },
    });
  }
  button.disabled = false;
  // What is here stays, and goes on once they are signed in again.
  if (signedOut(answer)) return say(form.dataset.signedOut);
  localStorage.removeItem(key);
  const problem = await answer.json().catch(() => null);
  say(problem?.errors?.map(({ detail }) => detail).join(' ') || problem?.detail || form.dataset.failed);
}
