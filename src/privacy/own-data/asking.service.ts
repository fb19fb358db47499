import { Injectable } from '@nestjs/common';
import { RequestLimits } from '../../access/sign-in/request-limits.service.js';
import type { LinkActor } from '../../platform/database/actor.js';
import { uuidv7 } from '../../platform/database/id.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Invalid } from '../../platform/errors.js';
import { parseContact } from '../../platform/formats/contact.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { SecretBox } from '../../platform/security/secret-box.js';
import { AnswerOwnData, SendOwnData } from './own-data-jobs.js';

/** What somebody typed is sealed for. */
export const TYPED = 'own-data';

/** In a quarter of an hour: more mails than these help nobody, and a family has one address. */
const ALLOWED = { account: 3, address: 20 };

/** "Why do you have me?", asked. Nobody is told by it whom we have, neither in words nor in time. */
@Injectable()
export class OwnDataAsking {
  constructor(
    private readonly work: UnitOfWork,
    private readonly limits: RequestLimits,
    private readonly box: SecretBox,
    private readonly root: RootScope,
  ) {}

  /**
   * Takes down that somebody asked: the same statements for everybody, known or not. Whether we have them, a job finds out.
   * @param typed a mail or a phone
   * @throws Invalid `contact` for neither, TooMany for the address it is asked from
   */
  async ask(typed: string, address: string, locale: Locale): Promise<void> {
    const value = parseContact(typed)?.value;
    if (!value) throw Invalid.field('contact', 'own_data.problem.contact');
    if (!(await this.limits.admit('own-data', value, address, ALLOWED))) return;
    const requestId = uuidv7();
    const sealed = this.box.seal(TYPED, requestId, value).toString('base64');
    await this.work.run(await this.system(), (tx) => tx.enqueue(AnswerOwnData, { requestId, sealed, locale }));
  }

  /**
   * Sends the link to the people of a mail of ours, each at the address on record, whoever holds the mail.
   * @throws TooMany for the address it is asked from
   */
  async askFor(holders: LinkActor[], address: string, locale: Locale): Promise<void> {
    const people = holders.map(({ personId }) => personId);
    if (!(await this.limits.admit('own-data', people[0]!, address, ALLOWED))) return;
    for (const holder of holders)
      await this.work.run(holder, (tx) => {
        tx.audit('own_data.asked', { subject: 'person', subjectId: holder.personId, people: [holder.personId] });
        return Promise.resolve();
      });
    await this.work.run(await this.system(), (tx) => tx.enqueue(SendOwnData, { requestId: uuidv7(), people, locale }));
  }

  private async system() {
    return { kind: 'system' as const, name: 'system:own-data', scope: await this.root.scope() };
  }
}
