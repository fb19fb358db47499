import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadsService } from '../../src/audit/heads.service.js';
import { SealingService } from '../../src/audit/sealing.service.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { urlsFor } from '../support/database.js';
import { Program } from '../support/program.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sampark-heads-'));
  sampark = await aSampark({
    env: {
      AUDIT_HEAD_MAIL: 'keeper@elsewhere.example',
      AUDIT_HEAD_FILE: join(folder, 'heads.log'),
      DEFAULT_LANGUAGE: 'en',
    },
  });
});
afterAll(async () => {
  await sampark?.close();
  rmSync(folder, { recursive: true, force: true });
});
const act = async () => sampark.get(UnitOfWork).run(await sampark.system(), async (tx) => tx.audit('team.opened', {}));
const lines = () => readFileSync(join(folder, 'heads.log'), 'utf8').trim().split('\n');

describe('the head of a day', () => {
  const day = (text: string) => new Date(`${text}T20:45:00Z`);

  it('is mailed and written once, whatever was sealed between two tries of one job', async () => {
    const heads = sampark.get(HeadsService);
    await heads.note(await sampark.system(), day('2026-11-23'));
    await act();
    await heads.note(await sampark.system(), day('2026-11-23'));
    expect(lines()).toHaveLength(1);
    const mails = await sampark.mails();
    expect(mails).toHaveLength(1);
    // 20:45 in London is the next day in Kolkata.
    expect(lines()[0]).toMatch(/^2026-11-24 \d+ [0-9a-f]{64}$/);
    expect(mails[0]!.text).toContain(lines()[0]);
    expect(mails[0]!.messageId).toBe('<audit-head-2026-11-24@sampark.example.org>');
    expect([mails[0]!.to].flat()[0]!.value[0]!.address).toBe('keeper@elsewhere.example');
  });

  it('is said again, and the same, where the mail didn’t go out', async () => {
    await sampark.sql('UPDATE audit_heads SET mailed_at = NULL');
    await sampark.get(HeadsService).note(await sampark.system(), day('2026-11-23'));
    const [first, again] = await sampark.mails();
    expect({ text: again!.text, id: again!.messageId }).toEqual({ text: first!.text, id: first!.messageId });
    expect(lines()).toHaveLength(1);
  });

  it('is another one on the next day', async () => {
    await act();
    await sampark.get(HeadsService).note(await sampark.system(), day('2026-11-24'));
    expect(lines()).toHaveLength(2);
    expect(lines()[1]!.split(' ')[2]).not.toBe(lines()[0]!.split(' ')[2]);
    expect(await sampark.mails()).toHaveLength(3);
  });
});

describe('sampark audit', () => {
  async function command(...args: string[]) {
    const urls = urlsFor(sampark.database);
    const program = Program.start('cli', ['audit', ...args], {
      DATABASE_URL: urls.app,
      SECRET_KEY: sampark.config.secretKey!,
      SUPPRESSION_KEYS: sampark.config.suppressionKeys!,
      DATA_DIR: folder,
      AUDIT_HEAD_FILE: sampark.config.auditHeadFile!,
      LOG_LEVEL: 'silent',
    });
    program.child.stdin!.end();
    return { code: await program.ended(), output: program.output };
  }

  it('verifies beside the running program, against heads noted earlier, and counts what is not sealed yet', async () => {
    await act();
    const { code, output } = await command('verify', '--against', join(folder, 'heads.log'));
    const { seq, hash } = await sampark.get(SealingService).head(await sampark.system());
    expect(output).toContain(`${seq} entries verified, head ${seq} ${hash}`);
    expect(output).toMatch(/1 entry since .* not sealed yet/);
    expect(output).toContain('All 2 noted heads are part of the chain.');
    expect(code).toBe(0);
    // The file that the program itself writes needn't be named.
    expect((await command('verify')).output).toContain('All 2 noted heads are part of the chain.');
  });

  it('seals, and prints the head', async () => {
    expect((await command('seal')).output).toContain('1 entry sealed.');
    const { seq, hash } = await sampark.get(SealingService).head(await sampark.system());
    const { output, code } = await command('head');
    expect(output.trim()).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${seq} ${hash}$`));
    expect(code).toBe(0);
  });

  it('names the first broken entry, and ends with 1', async () => {
    const [entry] = await sampark.sql<{ id: string; action: string }>(
      `UPDATE audit_entries SET action = 'team.never' WHERE id = (SELECT entry_id FROM audit_chain WHERE seq = 2) RETURNING id`,
    );
    const { code, output } = await command('verify');
    expect(output).toMatch(
      new RegExp(`BROKEN: entry ${entry!.id} of 20\\S+Z \\(no\\. 2\\) was changed\\. Before it, 1 entry as sealed`),
    );
    expect(code).toBe(1);
    const json = await command('verify', '--json');
    expect(JSON.parse(json.output)).toMatchObject({ broken: { what: 'entry_changed', seq: 2, id: entry!.id } });
    await sampark.sql(`UPDATE audit_entries SET action = 'territories.loaded' WHERE id = $1`, [entry!.id]);
  });

  it('says what is wrong with what it is to compare with', async () => {
    expect(await command('verify', '--against', 'nothing-like-it')).toMatchObject({ code: 2 });
    const odd = join(folder, 'odd.log');
    writeFileSync(odd, '2026-11-23 twelve abc\n');
    const { code, output } = await command('verify', '--against', odd);
    expect(output).toContain('line 1: should be "date number hash"');
    expect(code).toBe(2);
    writeFileSync(odd, `2026-11-23 2 ${'ab'.repeat(32)}\n`);
    expect((await command('verify', '--against', odd)).output).toMatch(/BROKEN: .*no\. 2/);
  });
});
