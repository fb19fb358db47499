import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { uuidv7 } from '../database/id.js';

const KEPT = 500;

/**
 * A real SMTP server inside the program, where no other is configured: what it receives lies as files in a folder, so
 * that a worker's mails show in the web process. Never in production.
 */
export class Mailbox {
  private server?: SMTPServer;

  constructor(private readonly folder: string) {}

  /** Starts receiving; gives the address to send to. */
  async listen(): Promise<string> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      size: 25 * 1024 * 1024,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
          const to = session.envelope.rcptTo.map((recipient) => recipient.address);
          this.keep(Buffer.concat(chunks), from, to);
          done();
        });
      },
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve());
    });
    const { port } = server.server.address() as { port: number };
    return `smtp://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  /** Names of the kept mails, newest first. */
  list(): string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => name.endsWith('.eml'))
        .sort()
        .reverse();
    } catch {
      return [];
    }
  }

  raw(name: string): Buffer | null {
    return this.list().includes(name) ? readFileSync(join(this.folder, name)) : null;
  }

  async read(name: string): Promise<ParsedMail | null> {
    const raw = this.raw(name);
    return raw && simpleParser(raw);
  }

  /** Throws away what was sent to an address. */
  forget(address: string): void {
    for (const name of this.list()) {
      const [envelope = ''] = readFileSync(join(this.folder, name), 'latin1').split('\r\n\r\n', 1);
      if (envelope.toLowerCase().includes(`<${address.toLowerCase()}>`))
        rmSync(join(this.folder, name), { force: true });
    }
  }

  private keep(message: Buffer, from: string, to: string[]) {
    const name = `${uuidv7()}.eml`;
    const envelope = `X-Envelope-From: <${from}>\r\nX-Envelope-To: ${to.map((one) => `<${one}>`).join(', ')}\r\n`;
    // Written aside and renamed: a reader never sees half a mail.
    writeFileSync(join(this.folder, `${name}.new`), Buffer.concat([Buffer.from(envelope), message]), { mode: 0o600 });
    renameSync(join(this.folder, `${name}.new`), join(this.folder, name));
    for (const old of this.list().slice(KEPT)) rmSync(join(this.folder, old), { force: true });
  }
}
