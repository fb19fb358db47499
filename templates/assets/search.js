/*
 * Results as you type, in a list below the search field (ARIA 1.2: combobox with a listbox). Without it the form does the same.
 * One request at a time, sent when the typing rests; answers are kept, so that going back a letter asks nothing. What is
 * looked for exactly (a phone, a handle, a link, a PIN) waits for Enter: half a number finds nobody, and each answer that shows
 * people is written down.
 */
const REST = 300;
const MOST = 8;

/** Words, a place with its number (Ward 23) among them. */
const enough = (text) =>
  /^[^@\d०-९]{2,}(?:\s[\d०-९]{1,3})?$/.test(text) &&
  !text.includes('://') &&
  (text.length > 2 || /[^\u0000-\u024f]/.test(text));

for (const box of document.querySelectorAll('[data-suggest]')) {
  const input = box.querySelector('input');
  const list = Object.assign(document.createElement('div'), {
    id: `${input.id}-list`,
    className: 'suggestions',
    hidden: true,
  });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', input.placeholder);
  const said = Object.assign(document.createElement('p'), { className: 'sr' });
  said.setAttribute('role', 'status');
  box.append(list, said);
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-controls': list.id,
    'aria-expanded': 'false',
  }))
    input.setAttribute(name, value);

  const known = new Map();
  let timer;
  let asking;
  let at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };

  function row(href, name, place) {
    const option = Object.assign(document.createElement('a'), {
      className: 'list-row',
      href,
      id: `${list.id}-${list.children.length}`,
      tabIndex: -1,
    });
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    const text = document.createElement('span');
    text.textContent = name;
    if (place) text.append(Object.assign(document.createElement('span'), { className: 'muted', textContent: place }));
    option.append(text);
    list.append(option);
  }

  function show({ items, places = [] }) {
    list.replaceChildren();
    for (const { id, name, territory } of items) row(`/sympathisers/${id}`, name, territory.name);
    for (const { id, name } of places) row(`/sympathisers?territory=${id}`, box.dataset.place.replace('%', name));
    close();
    said.textContent = items.length
      ? box.dataset.found.replace('%', items.length.toLocaleString(document.documentElement.lang))
      : box.dataset.none;
    if (!list.children.length) return;
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  }

  async function ask() {
    const asked = new URLSearchParams([...new FormData(input.form)].filter(([, value]) => value));
    asked.set('limit', MOST);
    const key = String(asked);
    asking?.abort();
    if (known.has(key)) return show(known.get(key));
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?${asked}`, {
        headers: { accept: 'application/json' },
        signal: asking.signal,
      });
      if (!answer.ok || answer.redirected) return close();
      const found = await answer.json();
      known.set(key, found);
      if (document.activeElement === input) show(found);
    } catch {
      // Overtaken by the next letter, or no connection: Enter still works.
    }
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    asking?.abort();
    if (!enough(input.value.trim()) || navigator.connection?.saveData) return close();
    timer = setTimeout(ask, REST);
  });
  input.addEventListener('keydown', (event) => {
    const options = [...list.children];
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      return close();
    }
    if (event.key === 'Enter') {
      clearTimeout(timer);
      asking?.abort();
      if (!list.hidden && options[at]) {
        event.preventDefault();
        location.assign(options[at].href);
      }
      return;
    }
    if (list.hidden || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    at =
      (at + (event.key === 'ArrowDown' ? 1 : -1) + options.length + (at < 0 && event.key === 'ArrowUp' ? 1 : 0)) %
      options.length;
    options.forEach((option, n) => option.setAttribute('aria-selected', String(n === at)));
    options[at].scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', options[at].id);
  });
  input.addEventListener('blur', () => setTimeout(() => list.contains(document.activeElement) || close(), 200));
  // The field keeps the focus while a finger or a mouse is on its way to a result.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
}
