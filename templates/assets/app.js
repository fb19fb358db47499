/* Improves server-made pages; all works without it. The data attributes are told in partials/README.md. */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (target, type, run, options) => target.addEventListener(type, run, options);

/** UUIDv7 (RFC 9562, 5.7): 48 bits of time, the rest random. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (40 - 8 * i)) % 256;
  bytes[6] = 0x70 | (bytes[6] & 15);
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** How long an upload will take, in the words of its form. */
export const timeLeft = (form, ms) =>
  (form.dataset.left ?? '% s').replace('%', Math.ceil(ms / 1000).toLocaleString(document.documentElement.lang));

/** Letters as one compares them: no case, no accents, no nukta. */
export const fold = (text) =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u093c]/g, '')
    .toLowerCase()
    .trim();

/* Submitting once. An unchanged form keeps its id: a retry after a lost connection is the same act. */
on(document, 'submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.classList.contains('is-sent')) return event.preventDefault();
  const id = form.elements.namedItem('client_id');
  if (id) {
    const entries = [...new FormData(form, event.submitter)].filter(
      ([key]) => !/^(client_id|device_at|_csrf)$/.test(key),
    );
    const content = entries.map(([key, value]) => `${key}=${value.name ?? value}`).join('&');
    if (!id.value || (form.sentContent ?? content) !== content) id.value = uuid7();
    form.sentContent = content;
  }
  const at = form.elements.namedItem('device_at');
  if (at) at.value = new Date().toISOString();
  form.classList.add('is-sent');
  form.setAttribute('aria-busy', 'true');
  setTimeout(() => ready(form), 10_000);
  if (form.matches('[data-file]')) upload(event, form);
});
function ready(form) {
  form.classList.remove('is-sent');
  form.removeAttribute('aria-busy');
}
on(window, 'pageshow', () => all('form.is-sent').forEach(ready));

function upload(event, form) {
  event.preventDefault();
  const bar = form.querySelector('progress');
  const text = form.querySelector('[data-file-text]');
  const request = new XMLHttpRequest();
  const started = Date.now();
  request.upload.onprogress = ({ loaded, total }) => {
    if (bar) Object.assign(bar, { hidden: false, max: total, value: loaded });
    const left = ((Date.now() - started) / loaded) * (total - loaded);
    if (text) text.textContent = `${Math.round((loaded / total) * 100)} % · ${timeLeft(form, left)}`;
  };
  request.responseType = 'document';
  request.onload = () => {
    const page = request.response;
    if (request.status < 400) return location.assign(request.responseURL);
    if (!page) return request.onerror();
    document.title = page.title;
    document.body.replaceWith(page.body);
    start();
  };
  request.onerror = () => {
    ready(form);
    if (bar) bar.hidden = true;
    if (text) text.textContent = form.dataset.failed ?? '';
  };
  request.open('POST', form.getAttribute('action') || location.href);
  request.setRequestHeader('accept', 'text/html');
  request.send(new FormData(form, event.submitter));
}

on(document, 'input', ({ target }) => {
  const list = target.dataset.filter && document.querySelector(target.dataset.filter);
  if (!list) return;
  const words = fold(target.value).split(/\s+/);
  let shown = 0;
  for (const item of list.children) {
    const text = (item.folded ??= fold(item.dataset.text ?? item.textContent));
    item.hidden = !words.every((word) => text.includes(word));
    if (!item.hidden) shown++;
  }
  all('[data-filter-empty]').forEach((none) => (none.hidden = shown > 0));
  all('[data-filter-count]').forEach(
    (count) => (count.textContent = shown.toLocaleString(document.documentElement.lang)),
  );
});

on(document, 'click', async ({ target }) => {
  const button = target.closest?.('[data-copy],[data-copy-text]');
  if (button) {
    const source = document.querySelector(button.dataset.copy || null);
    await navigator.clipboard.writeText(button.dataset.copyText ?? source?.value ?? source?.textContent ?? '');
    const label = button.querySelector('span') ?? button;
    const before = label.textContent;
    label.textContent = button.dataset.done ?? '✓';
    setTimeout(() => (label.textContent = before), 2000);
  }
  if (target.closest?.('[data-print]')) window.print();
  all('.menu[open]').forEach((menu) => menu.contains(target) || (menu.open = false));
});
on(document, 'keydown', ({ key }) => {
  if (key !== 'Escape') return;
  for (const menu of all('.menu[open]')) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

/** A page of ours, parsed by the browser: no text of ours ever becomes markup, which the page's policy forbids. */
function pageAt(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = 'document';
    request.onload = () => resolve(request);
    request.onerror = reject;
    request.open('GET', address);
    request.setRequestHeader('accept', 'text/html');
    request.setRequestHeader('x-live', '1');
    request.send();
  });
}

function live(region) {
  const seconds = Math.max(3, Number(region.dataset.live) || 10);
  const timer = setInterval(async () => {
    if (document.hidden || region.contains(document.activeElement)) return;
    try {
      const address = new URL(region.dataset.liveSrc ?? location.href, location.href);
      const answer = await pageAt(address.href);
      if (answer.status >= 400 || answer.responseURL !== address.href.split('#')[0]) return clearInterval(timer);
      const fresh = answer.response?.getElementById(region.id);
      if (!fresh || 'liveEnd' in fresh.dataset) clearInterval(timer);
      if (fresh && fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
    } catch {
      // no connection: the next round tries again
    }
  }, seconds * 1000);
}

const offline = () => all('[data-offline]').forEach((mark) => (mark.hidden = navigator.onLine));
on(window, 'online', offline);
on(window, 'offline', offline);

function start() {
  all('[data-live][id]').forEach(live);
  all('[data-copy],[data-copy-text],[data-print]').forEach((button) => (button.hidden = false));
  offline();
}
start();
