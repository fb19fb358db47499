import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyedHashes } from '../security/keyed-hashes.js';
import { ErasureLogFile, type LoggedErasure } from './erasure-log-file.js';

const hashes = new KeyedHashes(`b:${'b'.repeat(40)},a:${'a'.repeat(40)}`);
const entry = (n: number, at = new Date()) => ({ kind: 'person.erased', ...hashes.newest('person', String(n)), at });

describe('the erasure log', () => {
  let folder: string;
  let path: string;
  let log: ErasureLogFile;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'erasure-log-'));
    path = join(folder, 'erasures.log');
    log = new ErasureLogFile(path, 'installation', hashes);
    await log.make();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = async (file = new ErasureLogFile(path, 'installation', hashes)) => {
    const found: LoggedErasure[] = [];
    await file.read((one) => found.push(one));
    return found;
  };
  const lines = () => readFileSync(path, 'utf8').split('\n');
  const rewrite = (change: (all: string[]) => string[]) => writeFileSync(path, change(lines()).join('\n'));
  const three = () => log.append({ seq: 0, mac: null }, [entry(1), entry(2), entry(3)]);

  it('gives back what was added, in order, and goes on from there', async () => {
    const end = await three();
    expect(end.seq).toBe(3);
    await new ErasureLogFile(path, 'installation', hashes).append(end, [entry(4)]);
    expect((await read()).map(({ seq, hash }) => [seq, hash])).toEqual(
      [1, 2, 3, 4].map((n) => [n, hashes.newest('person', String(n)).hash]),
    );
    expect(readFileSync(path, 'utf8')).not.toMatch(/@|\+91/);
  });

  it('takes what another process added meanwhile', async () => {
    const end = await three();
    const other = new ErasureLogFile(path, 'installation', hashes);
    await other.append(end, [entry(4)]);
    // Our unit of work had read the end before: the file may be ahead of it, after a crash between the two.
    expect((await log.append(end, [entry(5)])).seq).toBe(5);
    expect(await read()).toHaveLength(5);
  });

  it('doesn’t add again what stands there already, because whoever wrote it was killed before the database was told', async () => {
    const end = await three();
    const four = entry(4);
    await log.append(end, [four]);
    expect((await log.append(end, [four, entry(5)])).seq).toBe(5);
    expect((await new ErasureLogFile(path, 'installation', hashes).append(end, [four])).seq).toBe(5);
    expect((await read()).map(({ hash }) => hash)).toEqual(
      [1, 2, 3, 4, 5].map((n) => hashes.newest('person', String(n)).hash),
    );
  });

  it('cuts off a line that a crash left unfinished', async () => {
    const end = await three();
    appendFileSync(path, '4 2026-11-26T00:00:00.000Z person.era');
    expect((await log.append(end, [entry(4)])).seq).toBe(4);
    expect(await read()).toHaveLength(4);
  });

  it.each<[what: string, change: (all: string[]) => string[], says: RegExp]>([
    ['a line was changed', (all) => all.with(2, all[2]!.replace('erased', 'stopped')), /entry 2: was changed/],
    ['a line is missing', (all) => all.toSpliced(2, 1), /entry 2: is not the one that should follow/],
    ['two lines changed places', (all) => [all[0]!, all[2]!, all[1]!, ...all.slice(3)], /entry 1: is not the one/],
    ['it is of another installation', (all) => all.with(0, all[0]!.replace('installation', 'another')), /of another/],
    ['it is something else', () => ['hello'].concat(''), /is no erasure log/],
    ['it was emptied', () => [], /is empty/],
    ['it names a key we lack', (all) => all.with(1, all[1]!.replace(' b ', ' c ')), /no key "c"/],
  ])('is refused where %s', async (_what, change, says) => {
    const end = await three();
    rewrite(change);
    await expect(read()).rejects.toThrow(says);
    await expect(log.append({ seq: 0, mac: null }, [])).rejects.toThrow(says);
    await expect(new ErasureLogFile(path, 'installation', hashes).append(end, [entry(4)])).rejects.toThrow(says);
  });

  it('is refused where it was cut back, which its own lines don’t tell: the database knows where it ended', async () => {
    const end = await three();
    rewrite((all) => [...all.slice(0, 3), '']);
    await expect(log.append(end, [])).rejects.toThrow(
      'was shortened: it ends with entry 2, and the database knows of 3',
    );
    rmSync(path);
    await expect(log.append(end, [])).rejects.toThrow('is missing');
  });

  it('is refused where another one with as many entries stands in its place', async () => {
    const end = await three();
    rmSync(path);
    await log.make();
    await log.append({ seq: 0, mac: null }, [entry(7), entry(8), entry(9)]);
    await expect(log.append(end, [])).rejects.toThrow('its entry 3 is not ours');
  });

  it('loses its oldest part to pruning, and says from where on it is whole', async () => {
    const [old, young] = [new Date('2026-01-01'), new Date('2026-06-01')];
    const first = await log.append({ seq: 0, mac: null }, [entry(1, old)]);
    const end = await log.append(first, [entry(2, old), entry(3, young), entry(4, young)]);
    expect(await log.prune(new Date('2026-03-01'))).toBe(2);
    expect((await read()).map(({ seq }) => seq)).toEqual([3, 4]);
    expect((await log.append(end, [entry(5)])).seq).toBe(5);
    // A backup that knew only the first entry needs the second.
    await expect(log.append(first, [])).rejects.toThrow('begins with entry 3, and 2 is needed');
    rewrite((all) => all.with(0, all[0]!.replace(' 2 ', ' 1 ')));
    await expect(read()).rejects.toThrow('its beginning was changed');
  });
});
