import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

interface Key {
  id: Buffer;
  rpId: string;
  userHandle: Buffer;
  privateKey: KeyObject;
  counter: number;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- options as they came over the wire */

/** An authenticator in software, with keys on P-256: answers what a browser would send (WebAuthn Level 3, section 6). */
export class Authenticator {
  readonly keys: Key[] = [];

  /**
   * @param verifies asks for a finger, a face or a PIN, and says so
   * @param counts raises its counter at each use; passkeys kept by a service leave it at nought
   */
  constructor(
    private readonly origin: string,
    private readonly way: { verifies?: boolean; counts?: boolean; idBytes?: number; transports?: unknown } = {},
  ) {}

  create(options: any) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const key: Key = {
      id: randomBytes(this.way.idBytes ?? 32),
      rpId: options.rp.id,
      userHandle: Buffer.from(options.user.id, 'base64url'),
      privateKey,
      counter: 0,
    };
    this.keys.push(key);
    const cose = cbor(
      new Map<number, number | Buffer>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x!, 'base64url')],
        [-3, Buffer.from(y!, 'base64url')],
      ]),
    );
    const length = Buffer.alloc(2);
    length.writeUInt16BE(key.id.length);
    const authData = Buffer.concat([this.data(key, 0x40), Buffer.alloc(16), length, key.id, cose]);
    const attestation = cbor(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    return this.answer(key, {
      clientDataJSON: this.client('webauthn.create', options.challenge).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: this.way.transports ?? ['internal'],
    });
  }

  /** @param with_ a key of another origin, a counter that goes back: what a thief would send */
  get(options: any, with_: { origin?: string; counter?: number; key?: Key } = {}) {
    const allowed = (options.allowCredentials ?? []).map((one: { id: string }) => one.id);
    const key =
      with_.key ??
      this.keys.find((one) => !allowed.length || allowed.includes(one.id.toString('base64url'))) ??
      this.keys[0]!;
    if (this.way.counts) key.counter += 1;
    if (with_.counter !== undefined) key.counter = with_.counter;
    const authData = this.data(key, 0);
    const clientData = this.client('webauthn.get', options.challenge, with_.origin);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    return this.answer(key, {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, key.privateKey).toString('base64url'),
      userHandle: key.userHandle.toString('base64url'),
    });
  }

  private answer(key: Key, response: object) {
    const id = key.id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  private data(key: Key, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(key.counter);
    // User present; verified, as the authenticator does it; and whether a key follows.
    const flags = 0x01 | (this.way.verifies === false ? 0 : 0x04) | more;
    return Buffer.concat([createHash('sha256').update(key.rpId).digest(), Buffer.of(flags), counter]);
  }

  private client(type: string, challenge: string, origin = this.origin): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
}

/** The few kinds of CBOR (RFC 8949) that an authenticator writes. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  const map = value as Map<unknown, unknown>;
  return Buffer.concat([head(5, map.size), ...[...map].flat().map(cbor)]);
}

function head(major: number, value: number): Buffer {
  const kind = major << 5;
  if (value < 24) return Buffer.of(kind | value);
  if (value < 256) return Buffer.of(kind | 24, value);
  return Buffer.of(kind | 25, value >> 8, value & 255);
}
