const HERE = 'http://here.invalid';

/**
 * A path of ours to go to, or the fallback for anything else: another host's address, `//host`, `/\host` (which browsers
 * read as `//host`), a scheme, a line break.
 */
export function localPath(text: string | undefined, fallback = '/'): string {
  if (!text || !/^\/(?![/\\])/.test(text) || /[\u0000-\u001f\\]/.test(text)) return fallback;
  try {
    const url = new URL(text, HERE);
    // Its dots taken away, `/..//host` is `//host`.
    return url.origin === HERE && !url.pathname.startsWith('//') ? url.pathname + url.search : fallback;
  } catch {
    return fallback;
  }
}
