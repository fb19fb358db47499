import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Sampark } from './sampark.js';

/** Listens on a free port of the loopback address, for tests that need real connections. */
export async function listening(sampark: Sampark): Promise<number> {
  await sampark.app.listen(0, '127.0.0.1');
  return (sampark.app.getHttpServer() as { address(): { port: number } }).address().port;
}

/** A connection on which anything can be written, whatever HTTP says. */
export class RawClient {
  text = '';
  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    // Being cut off is what the tests wait for.
    socket.on('error', () => {});
  }

  static async to(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(...lines: string[]): this {
    this.socket.write(lines.join('\r\n'));
    return this;
  }

  /** Resolves when the other side has closed it, with all it said. */
  async closed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.text;
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.text)?.[1]);
  }
}

/** One request of raw lines, and the whole answer. */
export async function raw(port: number, head: string[], body = ''): Promise<{ status: number; text: string }> {
  const client = (await RawClient.to(port)).send(...head, 'Connection: close', '', body);
  const text = await client.closed();
  return { status: client.status, text };
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

export interface PlainAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request over a real connection, its path written exactly as given (`inject` reads `//x` as a host, and straightens dots). */
export function plainly(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', method, path, headers, agent }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      resolve({ status: answer.statusCode!, headers: answer.headers, text });
    });
    asked.on('error', reject).end();
  });
}
