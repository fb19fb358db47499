import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { timingSafeEqual } from 'node:crypto';
import type { KeyedHash, KeyedHashes } from '../security/keyed-hashes.js';

/**
 * What happened to whom, by hash: `person.erased`, `person.stopped`, `person.resumed` (a stop undone),
 * `person.withdrew:<purpose>:<channel>`, `suppressed:<kind>:<why>` (`:named` where only a name with it stops), `lifted:<kind>`.
 */
export interface ErasureEntry extends KeyedHash {
  kind: string;
  /** Now where left out. */
  at?: Date;
}

/** An entry as it stands in the file. */
export interface LoggedErasure extends Required<ErasureEntry> {
  seq: number;
}

/** Where a log ends. `mac` covers everything before. */
export interface LogEnd {
  seq: number;
  mac: Buffer;
}

/** How far a file was read: its inode, so that another file in its place is told. */
interface Seen {
  inode: number;
  bytes: number;
  end: LogEnd;
}

const FORMAT = 'sampark-erasure-log 1';
const KIND = /^[\w:.+-]{1,80}$/;
const PIECE = 64 * 1024;

/** Something is wrong with the log; the text says what, and with which file. */
export class ErasureLogProblem extends Error {}

/**
 * The file: a head line with the installation's id, then a line for each entry, `seq time kind key hash mac`. Each mac is over
 * the line and the mac before it, by the key that the line names: no line can be changed, taken out or put elsewhere without
 * that key. Lines are only ever added, and each addition is on the disk before it is told.
 */
export class ErasureLogFile {
  /** How far we have read and found it sound. */
  private seen?: Seen;
  /** Entries up to this one were pruned. */
  private begins = 0;
  private beginsWith?: Buffer;

  constructor(
    readonly path: string,
    private readonly installation: string,
    private readonly hashes: KeyedHashes,
  ) {}

  /** Makes an empty log, unless there is a file already. */
  async make(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null;
      throw new ErasureLogProblem(`The erasure log can't be made: ${error.message}`);
    });
    if (!file) return;
    await withFile(file, async () => {
      await file.writeFile(`${FORMAT} ${this.installation}\n`);
      await file.sync();
    });
    await syncFolder(dirname(this.path));
  }

  /**
   * Drops what happened before a time, of which no backup is kept any more. The beginning says where it goes on from.
   * @returns how many entries went
   */
  async prune(before: Date): Promise<number> {
    let cut: LogEnd | null = null;
    let earlier = true;
    await this.read(({ seq, at }, mac) => {
      earlier &&= at < before;
      if (earlier) cut = { seq, mac };
    });
    if (!cut) return 0;
    const { seq, mac } = cut as LogEnd;
    const text = await readFile(this.path, 'utf8');
    const from = text.indexOf('\n', text.indexOf(`\n${seq} `) + 1);
    const dropped = text.slice(0, from).split('\n').length - 1;
    const keyName = this.hashes.names[0]!;
    const head = `${FORMAT} ${this.installation} ${seq} ${mac.toString('base64url')} ${keyName} ${this.proofOf(keyName, cut)}`; // prettier-ignore
    const aside = `${this.path}.${process.pid}`;
    const file = await open(aside, 'w', 0o600);
    await withFile(file, async () => {
      await file.writeFile(head + text.slice(from));
      await file.sync();
    });
    await rename(aside, this.path);
    await syncFolder(dirname(this.path));
    this.seen = undefined;
    return dropped;
  }

  /** Moves the file out of the way, where there is one. */
  async setAside(at: Date): Promise<void> {
    this.seen = undefined;
    await rename(this.path, `${this.path}.given-up-${at.toISOString().replaceAll(':', '-')}`).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      },
    );
  }

  /**
   * Reads from the beginning, checks each line, and hands it on.
   * @returns where it ends
   * @throws ErasureLogProblem where it is missing, of another installation, or a line is not as it was written
   */
  async read(each: (entry: LoggedErasure, mac: Buffer) => void = () => {}): Promise<LogEnd> {
    this.seen = undefined;
    return this.readOn(each);
  }

  /**
   * Adds entries, after whatever was added since we last looked. Those that stand there already, behind what the database
   * knows of, are not added again: whoever wrote them was killed before the database was told.
   * @param known where the database says it ends: what stands there must be that
   * @returns where it ends now, on the disk
   */
  async append(known: { seq: number; mac: Buffer | null }, entries: readonly ErasureEntry[]): Promise<LogEnd> {
    if (!this.seen || this.seen.end.seq > known.seq) this.seen = undefined;
    const atKnown: { mac?: Buffer } = this.seen?.end.seq === known.seq ? { mac: this.seen.end.mac } : {};
    const untold = new Set<string>();
    let end = await this.readOn((entry, mac) => {
      if (entry.seq === known.seq) atKnown.mac = mac;
      if (entry.seq > known.seq) untold.add(asOne(entry));
    });
    this.compare(known, end, atKnown.mac);
    let text = '';
    for (const entry of entries.filter((one) => !untold.has(asOne(one)))) {
      const line = this.line(end.seq + 1, entry);
      end = { seq: end.seq + 1, mac: this.macOf(entry.keyName, end.mac, line) };
      text += `${line} ${end.mac.toString('base64url')}\n`;
    }
    if (text) await this.write(text);
    this.seen = { ...this.seen!, bytes: this.seen!.bytes + Buffer.byteLength(text), end };
    return end;
  }

  /** @throws ErasureLogProblem where the log ends before the database says, or goes another way */
  compare(known: { seq: number; mac: Buffer | null }, end: LogEnd, macAtKnown: Buffer | undefined): void {
    if (end.seq < known.seq)
      throw new ErasureLogProblem(
        `The erasure log ${this.path} was shortened: it ends with entry ${end.seq}, and the database knows of ${known.seq}.`,
      );
    if (known.seq && known.seq < this.begins)
      throw new ErasureLogProblem(
        `The erasure log ${this.path} begins with entry ${this.begins + 1}, and ${known.seq + 1} is needed: the earlier ones were pruned.`,
      );
    if (
      known.seq &&
      known.mac &&
      !(macAtKnown ?? (known.seq === this.begins ? this.beginsWith : undefined))?.equals(known.mac)
    )
      throw new ErasureLogProblem(`The erasure log ${this.path} is another one: its entry ${known.seq} is not ours.`);
  }

  private line(seq: number, { kind, keyName, hash, at = new Date() }: ErasureEntry): string {
    if (!KIND.test(kind)) throw new Error(`"${kind}" is no kind of the erasure log.`);
    return [seq, at.toISOString(), kind, keyName, hash.toString('base64url')].join(' ');
  }

  private macOf(keyName: string, before: Buffer, line: string): Buffer {
    return this.hashes.by(keyName, '\0erasure-log', `${before.toString('base64url')} ${line}`);
  }

  private async readOn(each: (entry: LoggedErasure, mac: Buffer) => void): Promise<LogEnd> {
    const file = await open(this.path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new ErasureLogProblem(`The erasure log ${this.path} is missing.`);
      throw new ErasureLogProblem(`The erasure log ${this.path} can't be read: ${error.message}`);
    });
    return withFile(file, async () => {
      const { ino, size } = await file.stat();
      if (this.seen && (this.seen.inode !== ino || size < this.seen.bytes)) this.seen = undefined;
      for await (const line of linesFrom(file, this.seen?.bytes ?? 0)) {
        this.seen = this.seen ? this.follow(this.seen, line, each) : this.begin(line, ino);
      }
      if (!this.seen) throw new ErasureLogProblem(`The erasure log ${this.path} is empty.`);
      return this.seen.end;
    });
  }

  private begin(line: string, inode: number): Seen {
    const bytes = Buffer.byteLength(line) + 1;
    const head = `${FORMAT} ${this.installation}`;
    this.begins = 0;
    this.beginsWith = undefined;
    if (line === head) return { inode, bytes, end: { seq: 0, mac: Buffer.from(this.installation) } };
    if (!line.startsWith('sampark-erasure-log ')) throw new ErasureLogProblem(`${this.path} is no erasure log.`);
    if (!line.startsWith(`${head} `))
      throw new ErasureLogProblem(`The erasure log ${this.path} is of another installation.`);
    const [seq, mac, keyName, proof] = line.slice(head.length + 1).split(' ');
    const end = { seq: Number(seq), mac: Buffer.from(mac!, 'base64url') };
    if (!this.hashes.names.includes(keyName!))
      throw new ErasureLogProblem(`The erasure log ${this.path}: SUPPRESSION_KEYS has no key "${keyName}".`);
    if (proof !== this.proofOf(keyName!, end))
      throw new ErasureLogProblem(`The erasure log ${this.path}: its beginning was changed.`);
    this.begins = end.seq;
    this.beginsWith = end.mac;
    return { inode, bytes, end };
  }

  private proofOf(keyName: string, { seq, mac }: LogEnd): string {
    const text = `${this.installation} ${seq} ${mac.toString('base64url')}`;
    return this.hashes.by(keyName, '\0erasure-log-begin', text).toString('base64url');
  }

  private follow({ inode, bytes, end }: Seen, line: string, each: (entry: LoggedErasure, mac: Buffer) => void): Seen {
    const cut = line.lastIndexOf(' ');
    const [seq, at, kind, keyName, hash] = line.slice(0, cut).split(' ');
    const wrong = (what: string) =>
      new ErasureLogProblem(`The erasure log ${this.path}, entry ${end.seq + 1}: ${what}.`);
    if (!hash || Number(seq) !== end.seq + 1) throw wrong('is not the one that should follow');
    if (!this.hashes.names.includes(keyName!)) throw wrong(`SUPPRESSION_KEYS has no key "${keyName}"`);
    const mac = this.macOf(keyName!, end.mac, line.slice(0, cut));
    const told = Buffer.from(line.slice(cut + 1), 'base64url');
    if (told.length !== mac.length || !timingSafeEqual(told, mac)) throw wrong('was changed, or an entry before it');
    const entry = { seq: end.seq + 1, kind: kind!, keyName: keyName!, hash: Buffer.from(hash, 'base64url'), at: new Date(at!) }; // prettier-ignore
    each(entry, mac);
    return { inode, bytes: bytes + Buffer.byteLength(line) + 1, end: { seq: entry.seq, mac } };
  }

  private async write(text: string): Promise<void> {
    const file = await open(this.path, constants.O_WRONLY);
    await withFile(file, async () => {
      // What a crash left unfinished behind the last whole line was never told to anybody.
      const { bytes } = this.seen!;
      await file.truncate(bytes);
      const whole = Buffer.from(text);
      const { bytesWritten } = await file.write(whole, 0, whole.length, bytes);
      if (bytesWritten < whole.length) throw new ErasureLogProblem(`The erasure log ${this.path}: the disk is full.`);
      await file.sync();
    });
  }
}

const asOne = ({ kind, keyName, hash, at }: ErasureEntry): string =>
  [kind, keyName, hash.toString('base64url'), at?.toISOString()].join(' ');

/** Whole lines; what stands behind the last line's end is left out. */
async function* linesFrom(file: FileHandle, start: number): AsyncGenerator<string> {
  const piece = Buffer.alloc(PIECE);
  let rest: Buffer = Buffer.alloc(0);
  for (let at = start; ;) {
    const { bytesRead } = await file.read(piece, 0, PIECE, at);
    if (!bytesRead) return;
    at += bytesRead;
    rest = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    for (let cut = rest.indexOf(10); cut >= 0; cut = rest.indexOf(10)) {
      yield rest.subarray(0, cut).toString();
      rest = rest.subarray(cut + 1);
    }
  }
}

async function withFile<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

/** A new name in a folder is on the disk once the folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  if (!folder) return;
  await withFile(folder, () => folder.sync().catch(() => undefined));
}
