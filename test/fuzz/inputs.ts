import { resolve, type Call, type OpenApi, type Schema } from './document.js';
import type { Random } from './random.js';

/** Ids of things that are there, of anybody's. */
export type Pool = Record<string, string[]>;

export interface Input {
  /** For the one who looks for a failure. */
  kind: string;
  url: string;
  headers: Record<string, string>;
  payload?: Buffer;
}

const NOBODY = '019aa000-0000-7000-8000-000000000000';
const LONE = '\ud800';

/** Values that programs are known to stumble over. */
const ODD: unknown[] = [
  '', ' ', '\u0000', 'a\u0000b', LONE, `x${LONE}y`, '\u202e\u200b', '\ufeff', 'ﷺ'.repeat(50), 'क्षि'.repeat(60),
  '👩‍👩‍👧‍👦', 'İ', 'ﬀ', '\r\nX: y', '%', '%00', '%s%n', '\\', "'", '"', "' OR 1=1 --", '${7*7}', '{{7*7}}', '<script>',
  '=1+1', '../../etc/passwd', 'null', 'undefined', 'true', '0', '-1', '1e999', '9'.repeat(40), '0x10', '1.5', '-0',
  'NaN', 'Infinity', '2147483648', '9223372036854775808', '2026-02-30', '0000-00-00', '9999-12-31', '+275760-09-13',
  '2026-11-23T25:61', '9999-12-31T23:59', '0000-01-01T00:00', '2026-11-23T18:30:00+05:30', '-000001-01-01T00:00:00Z',
  NOBODY, NOBODY.toUpperCase(), NOBODY.slice(1), '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff', 'a'.repeat(201), 'a'.repeat(70_000), '+919876543210', '९८७६५४३२१०',
  'someone@example.org', 'a@b', '@', 'https://x.com/@', 'https://[::1', 'W10', 'WzFd', 'WyJ4IiwiXHUwMDAwIl0',
  'W251bGwsbnVsbF0', 'W3RydWUsZmFsc2UsbnVsbF0', 'WyJ4IiwieSIsInoiXQ', 'WyI5OTk5OTktMTItMzEiLCJ4Il0',
  0, -1, 1.5, 1e308, -1e308, 9007199254740993, 2 ** 31, null, true, false, [], [[]], {}, [null], ['', LONE], [NOBODY],
  { a: 1 }, { toString: 1 }, { length: 3 }, [{ id: NOBODY }], { then: 'x' }, Array.from({ length: 1500 }, () => NOBODY),
]; // prettier-ignore

/** A value that the schema allows, more often than not. */
function fitting(document: OpenApi, name: string, given: Schema, pool: Pool, random: Random): unknown {
  const schema = resolve(document, given);
  if (schema.enum) return random.pick(schema.enum);
  if (schema.type === 'array')
    return Array.from({ length: 1 + Math.floor(random.next() * 3) }, () =>
      fitting(document, name, schema.items!, pool, random),
    );
  if (schema.type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, one]) => [key, fitting(document, key, one, pool, random)]),
    );
  if (schema.type === 'boolean') return random.chance(0.7);
  if (schema.type === 'integer' || schema.type === 'number')
    return Math.min(schema.maximum ?? 9, (schema.minimum ?? 0) + Math.floor(random.next() * 4));
  // A device makes this id anew for each act.
  if (name.toLowerCase().startsWith('client')) return freshId(random);
  const known = Object.keys(pool).find((kind) => name.toLowerCase().includes(kind));
  if (known === 'token') return random.pick(pool.token!);
  if (schema.format === 'uuid' || /id$|ids$|people|territory|parent$/i.test(name))
    return random.pick((known ? pool[known] : undefined) ?? Object.values(pool).flat());
  if (schema.format === 'date') return random.pick(['2026-12-01', '2026-11-20', '1990-05-05']);
  if (schema.format === 'date-time') return '2026-11-23T18:30:00+05:30';
  return random.pick(
    FIT[Object.keys(FIT).find((key) => name.toLowerCase().includes(key)) ?? ''] ?? ['some words', 'कुछ'],
  );
}

const FIT: Record<string, string[]> = {
  phone: ['9876543210', '+919811122233'],
  mail: ['somebody@example.org', 'other@example.com'],
  login: ['somebody@example.org'],
  start: ['2026-12-24T18:30'],
  end: ['2026-12-24T20:30'],
  name: ['Asha Verma', 'सुनीता वर्मा'],
  rows: ['territory_code,kind,value\nagra,pin,282001\n'],
  cursor: ['WzFd'],
  value: ['282001'],
  zone: ['Asia/Kolkata'],
};

const freshId = (random: Random) =>
  '019aa000-xxxx-7xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(random.next() * 16).toString(16));

/** One way to ask for an operation: fitting, odd in one place, odd everywhere, or no such thing at all. */
export function inputFor(document: OpenApi, call: Call, pool: Pool, random: Random): Input {
  const how = random.pick(['fitting', 'one odd', 'one odd', 'one odd', 'all odd', 'odd body', 'odd form']);
  const names = [...(call.operation.parameters ?? []).map((one) => one.name)];
  const content = call.operation.requestBody?.content ?? {};
  const [declared] = Object.keys(content);
  const body = declared ? resolve(document, content[declared]!.schema) : undefined;
  const fields = Object.keys(body?.properties ?? {});
  const target = how === 'one odd' ? random.pick([...names, ...fields, 'nobody_knows_this']) : undefined;
  const value = (name: string, schema: Schema) =>
    how === 'all odd' || name === target ? random.pick(ODD) : fitting(document, name, schema, pool, random);

  const thing = call.path.split('/')[1]!.replace(/s$/, '');
  let path = call.path;
  const query = new URLSearchParams();
  for (const one of call.operation.parameters ?? []) {
    if (one.in === 'path') {
      const name = one.name === 'id' ? thing : one.name;
      const odd = how === 'all odd' ? random.chance(0.3) : one.name === target;
      const text = odd ? textOf(random.pick(ODD)) : String(fitting(document, name, one.schema, pool, random));
      path = path.replace(`{${one.name}}`, random.chance(0.1) ? text.replace(/[?#\s]|[^ -~]/g, '') : escape_(text));
    } else if (one.in === 'query' && (one.required || one.name === target || random.chance(0.3)))
      for (const text of [value(one.name, one.schema)].flat().slice(0, 50)) query.append(one.name, textOf(text));
  }
  if (target === 'nobody_knows_this' && call.method === 'GET') query.append('x[y][]', '1');
  const text = query.toString();
  const url = `${path}${text && `?${text}`}`.slice(0, 12_000);
  if (call.method === 'GET') return { kind: `${how} ${target ?? ''}`, url, headers: {} };

  const sent: Record<string, unknown> = {};
  for (const name of fields)
    if (name === target || body!.required?.includes(name) || random.chance(0.5))
      sent[name] = value(name, body!.properties![name]!);
  if (target === 'nobody_knows_this') sent[target] = random.pick(ODD);
  if (how === 'odd body') return { kind: how, url, ...random.pick(ODD_BODIES)() };
  if (how === 'odd form' || !declared) return { kind: how, url, ...formOf(sent, random) };
  return {
    kind: `${how} ${target ?? ''}`,
    url,
    headers: { 'content-type': 'application/json' },
    payload: Buffer.from(JSON.stringify(sent)),
  };
}

/** As a form would send it; what can't be made text (`{ toString: 1 }`), as JSON. */
const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const escape_ = (text: string) => encodeURIComponent(text.toWellFormed());

type Body = Pick<Input, 'headers' | 'payload'>;
const as = (type: string, text: string | Buffer): Body => ({
  headers: { 'content-type': type },
  payload: Buffer.from(text),
});
const ODD_BODIES: (() => Body)[] = [
  () => ({ headers: {} }),
  () => ({ headers: { 'content-type': 'application/json' } }),
  ...['', '{', 'null', '[]', '"x"', '1', 'true', '[[]]', '{"a":{"b":{"c":{}}}}', '{"__proto__":1}', '\ufeff{}', '\u0000']
    .map((text) => () => as('application/json', text)),
  () => as('application/json', `${'['.repeat(50_000)}`),
  () => as('application/json', Buffer.from([0xff, 0xfe, 0x7b, 0x7d])),
  () => as('application/json; charset=latin1', '{}'),
  () => as('application/problem+json', '{}'),
  () => as('text/plain', 'x'),
  () => as('application/xml', '<x/>'),
  () => as('nonsense', 'x'),
  () => as('', 'x'),
  () => as('application/x-www-form-urlencoded', 'a&=&%&%00&a=1&a=2&a[b]=3&__proto__=1'),
  () => as('multipart/form-data', 'x'),
  () => as('multipart/form-data; boundary=', 'x'),
  () => as('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n'),
  () => as('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\nbroken off'),
  () => as('application/json', JSON.stringify({ name: 'a'.repeat(1_100_000) })),
]; // prettier-ignore

const FILES = [
  '', 'name,phone\nRam Kumar,9876543210\n', '\u0000\u0001\u0002', '"broken', 'a\n'.repeat(2000), ',,,,\n,,,\n',
  'name\tphone\r\nराम\t९८७६५४३२१०\r\n', '\ufeffterritory_code,kind,value\nagra,pin,1\n', '=1+1,@x\n', `${'x,'.repeat(3000)}\n`,
]; // prettier-ignore

/** The same as a form: urlencoded, or with a file in it. */
function formOf(sent: Record<string, unknown>, random: Random): Body {
  const pairs = Object.entries(sent).flatMap(
    ([name, value]) =>
    [value].flat().slice(0, 100).map((one): [string, string] => [name, textOf(one).slice(0, 70_000).toWellFormed()]), // prettier-ignore
  );
  if (random.chance(0.4)) return as('application/x-www-form-urlencoded', new URLSearchParams(pairs).toString());
  const name = random.pick(['list.csv', '', '../x', 'क'.repeat(300), 'x"y\\.csv', 'x%00.csv']);
  pairs.push(['territory', 'agra'], ['source', 'a stall']);
  const parts = pairs.map(([key, value]) => `--b\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`);
  parts.push(
    `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n${random.pick(FILES)}\r\n`,
  );
  return as('multipart/form-data; boundary=b', `${parts.join('')}--b--\r\n`);
}
