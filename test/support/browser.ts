import type { FastifyInstance } from 'fastify';
import type { Answer } from './client.js';

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

  /** What a page's script asks for: JSON, with the page's cookies and CSRF token. */
  async ask(url: string, body: object = {}): Promise<Pick<Answer, 'status' | 'body'>> {
    const answer = await this.server.inject({
      method: 'POST',
      url,
      payload: body,
      headers: { accept: 'application/json', 'x-csrf-token': this.csrf, cookie: this.cookieHeader() },
    });
    this.keep(answer.cookies as never);
    return { status: answer.statusCode, body: answer.json() };
  }

  /** `name=value` of the session's cookie as it is now. */
  get session(): string {
    return [...this.cookies].map((pair) => pair.join('=')).find((pair) => /^(__Host-)?sampark=/.test(pair)) ?? '';
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
        cookie: this.cookieHeader(),
      },
    });
    this.keep(answer.cookies as never);
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      text: answer.payload,
      location: location as string | undefined,
      headers: answer.headers,
    };
  }

  private cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(cookies: { name: string; value: string; maxAge?: number; expires?: Date }[]): void {
    for (const cookie of cookies) {
      if (cookie.value === '' || (cookie.expires && cookie.expires.getTime() < Date.now()))
        this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value);
    }
  }
}
