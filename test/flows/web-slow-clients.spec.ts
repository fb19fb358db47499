import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { aUser, type AUser } from '../factories/users.js';
import { listening, raw, RawClient } from '../support/raw-client.js';
import { aSampark, type Sampark } from '../support/sampark.js';

/** A second of patience; each test waits for the closing of a connection, never for a time. */
let sampark: Sampark;
let port: number;
let convenor: AUser;
beforeAll(async () => {
  sampark = await aSampark({ env: { REQUEST_SECONDS: '1' } });
  port = await listening(sampark);
  convenor = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
});
afterAll(() => sampark?.close());

const HOST = 'Host: sampark.example.org';
const TYPE = 'Content-Type: application/x-www-form-urlencoded';

/** Writes a piece ten times a second until the other side has had enough. */
async function trickle(client: RawClient, piece: (index: number) => string): Promise<string> {
  let index = 0;
  const timer = setInterval(() => client.socket.writable && client.socket.write(piece(index++)), 100);
  try {
    return await client.closed();
  } finally {
    clearInterval(timer);
  }
}

describe('who is slow on purpose is cut off', () => {
  it('with headers that never end', async () => {
    const client = (await RawClient.to(port)).send('GET / HTTP/1.1', HOST, '');
    expect(await trickle(client, (index) => `X-${index}: a\r\n`)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('with nothing said at all', async () => {
    expect(await (await RawClient.to(port)).closed()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it.each([
    ['a length', 'Content-Length: 100000', (): string => 'a'],
    ['chunks', 'Transfer-Encoding: chunked', (): string => '1\r\na\r\n'],
  ] as const)('with a body that trickles, told by %s', async (_, told, piece) => {
    const client = (await RawClient.to(port)).send('POST /sign-in HTTP/1.1', HOST, TYPE, told, '', '');
    expect(await trickle(client, piece)).toMatch(/^HTTP\/1\.1 408 [^]*"status":408\}$/);
  });

  it('with a body that stops', async () => {
    const client = (await RawClient.to(port)).send('POST /sign-in HTTP/1.1', HOST, TYPE, 'Content-Length: 90', '', 'login='); // prettier-ignore
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('with an answer that is never read', async () => {
    const server = sampark.app.getHttpServer() as Server;
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = await RawClient.to(port);
    const [theirs] = await accepted;
    client.socket.pause();
    // More than the system keeps for a reader who is away.
    const request = `GET /api/openapi.json HTTP/1.1\r\n${HOST}\r\nAccept-Encoding: identity\r\n\r\n`;
    client.socket.write(request.repeat(300));
    await once(theirs, 'close');
    expect(theirs.bytesWritten).toBeLessThan(300 * 50_000);
    client.socket.destroy();
  });

  it('with a file that trickles, and takes no connection to the database along', async () => {
    const head = [
      'POST /imports HTTP/1.1',
      HOST,
      `Authorization: Bearer ${convenor.token}`,
      'Accept: application/json',
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 5000000',
      '',
      '--b',
      'Content-Disposition: form-data; name="file"; filename="list.csv"',
      '',
      'name,phone',
      'Ram Kumar,98765',
    ];
    // One more than the pool has connections.
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const text = await trickle((await RawClient.to(port)).send(...head), () => 'a');
        expect(text).toMatch(/^(HTTP\/1\.1 408 |$)/);
      }),
    );
    const after = await Promise.all(Array.from({ length: 6 }, () => sampark.as(convenor).get('/imports')));
    expect(after.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(after[0]!.body.items).toEqual([]);
  });
});

describe('a slow line', () => {
  it('that goes on takes as long as it needs: longer than a second, faster than 4 KiB in one', async () => {
    const body = `--b\r\nContent-Disposition: form-data; name="what"\r\n\r\n${'a'.repeat(24_000)}\r\n--b--\r\n`;
    const client = (await RawClient.to(port)).send(
      'POST /imports HTTP/1.1',
      HOST,
      `Authorization: Bearer ${convenor.token}`,
      'Accept: application/json',
      'Content-Type: multipart/form-data; boundary=b',
      `Content-Length: ${body.length}`,
      'Connection: close',
      '',
      '',
    );
    const started = Date.now();
    // 8 kB a second.
    const text = await trickle(client, (index) => body.slice(index * 800, (index + 1) * 800));
    expect(Date.now() - started).toBeGreaterThan(2000);
    expect(text).toMatch(/^HTTP\/1\.1 422 /);
  });
});

describe('what is no HTTP of ours', () => {
  it('is refused without a word about the inside', async () => {
    for (const [head, status] of [
      [['NONSENSE'], 400],
      [['FOO / HTTP/1.1', HOST], 400],
      [['GET / HTTP/1.1', HOST, 'Host: evil.example'], 400],
      [['GET / HTTP/1.1'], 400],
      [['GET / HTTP/1.1', HOST, `Cookie: ${'a'.repeat(20_000)}`], 431],
      [['POST /sign-in HTTP/1.1', HOST, 'Content-Length: 5', 'Transfer-Encoding: chunked'], 400],
      [['TRACE / HTTP/1.1', HOST, 'Accept: application/json', 'X-Secret: mine'], 404],
    ] as const) {
      const answer = await raw(port, [...head]);
      expect([head[0], answer.status]).toEqual([head[0], status]);
      expect(answer.text).not.toMatch(/HPE_|node|Fastify|X-Secret/i);
    }
  });
});
