interface Kept {
  origin: string;
  path: string;
  value: string;
}

export interface Stop {
  url: URL;
  status: number;
  text: string;
  /** Where it sends one on to. */
  location: URL | null;
}

/** Somebody with a browser who goes from site to site over real HTTP; each redirect is followed by hand, cookies by site. */
export class Visitor {
  private readonly cookies = new Map<string, Kept>();

  /** One request, and no further. */
  async open(address: string | URL, form?: Record<string, string>): Promise<Stop> {
    const url = new URL(address);
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      redirect: 'manual',
      headers: { accept: 'text/html', 'accept-language': 'en', cookie: this.cookiesFor(url) },
    });
    for (const line of answer.headers.getSetCookie()) this.keep(url, line);
    const location = answer.headers.get('location');
    return {
      url,
      status: answer.status,
      text: await answer.text(),
      location: location ? new URL(location, url) : null,
    };
  }

  /** Goes on for as long as one is sent on; ends before an address that `until` names. */
  async follow(address: string | URL, until: (url: URL) => boolean = () => false): Promise<Stop> {
    let stop = await this.open(address);
    while (stop.location && stop.status < 400 && !until(stop.location)) stop = await this.open(stop.location);
    return stop;
  }

  copyOf(name: RegExp): string | undefined {
    return [...this.cookies].find(([key]) => name.test(key))?.[1].value;
  }

  put(origin: string, name: string, value: string): void {
    this.cookies.set(name, { origin, path: '/', value });
  }

  private cookiesFor(url: URL): string {
    return [...this.cookies]
      .filter(([, kept]) => kept.origin === url.origin && url.pathname.startsWith(kept.path))
      .map(([key, kept]) => `${key.split(' ')[0]}=${kept.value}`)
      .join('; ');
  }

  private keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const attribute = (wanted: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? '/';
    const gone = value === '' || attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now();
    // One name may stand for several paths.
    const key = path === '/' ? name : `${name} ${path}`;
    if (gone) this.cookies.delete(key);
    else this.cookies.set(key, { origin: url.origin, path, value });
  }
}
