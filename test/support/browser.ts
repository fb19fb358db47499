import type { FastifyInstance } from 'fastify';

export interface PageAnswer {
  status: number;
  text: string;
  location: string | undefined;
  headers: Record<string, string | string[] | number | undefined>;
}

/** Somebody with a browser without JavaScript: pages, forms, cookies; redirects are looked at, not followed. */
export class Browser {
  private readonly cookies = new Map<string, string>();
  private csrf = '';
  private from: string | undefined;

  constructor(
    private readonly server: FastifyInstance,
    sessionCookie: string | undefined,
    private readonly lang: 'hi' | 'en',
  ) {
    if (sessionCookie) {
      const [name = '', value = ''] = sessionCookie.split('=');
      this.cookies.set(name, value);
    }
  }

  async get(url: string): Promise<PageAnswer> {
    const answer = await this.send('GET', url);
    this.csrf = /name="_csrf" value="([^"]+)"/.exec(answer.text)?.[1] ?? this.csrf;
    this.from = /name="_from" value="([^"]*)"/.exec(answer.text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='); // prettier-ignore
    return answer;
  }

  /** Sends a form as it stands on the last page: with that page's CSRF token and address. */
  async post(url: string, fields: Record<string, string | string[]> = {}): Promise<PageAnswer> {
    if (!this.csrf && this.cookies.size) await this.get('/');
    const form = new URLSearchParams();
    if (this.csrf) form.append('_csrf', this.csrf);
    if (this.from) form.append('_from', this.from);
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
    return this.send('POST', url, form.toString());
  }

  /** Goes where the last answer sent us. */
  async follow(answer: PageAnswer): Promise<PageAnswer> {
    if (!answer.location) throw new Error(`There is nowhere to go: status ${answer.status}.`);
    return this.get(answer.location);
  }

  private async send(method: 'GET' | 'POST', url: string, payload?: string): Promise<PageAnswer> {
    const answer = await this.server.inject({
      method,
      url,
      payload,
      headers: {
        accept: 'text/html,application/xhtml+xml',
        'accept-language': this.lang,
        host: 'sampark.example.org',
        ...(payload !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    for (const cookie of answer.cookies as { name: string; value: string; maxAge?: number; expires?: Date }[]) {
      if (cookie.value === '' || (cookie.expires && cookie.expires.getTime() < Date.now()))
        this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value);
    }
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      text: answer.payload,
      location: location as string | undefined,
      headers: answer.headers,
    };
  }
}
