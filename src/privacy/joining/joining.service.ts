import { Injectable } from '@nestjs/common';
import { RequestLimits } from '../../access/sign-in/request-limits.service.js';
import type { SystemActor } from '../../platform/database/actor.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { Invalid, type FieldProblem } from '../../platform/errors.js';
import { asciiDigits } from '../../platform/formats/digits.js';
import { problemsOfFields, readBirthYear } from '../../sympathisers/person-fields.js';
import { readPoints } from '../../sympathisers/read-points.js';
import { FormSeal } from './form-seal.js';
import { judgeTime } from './form-time.js';
import type { JoinDto } from './join.dto.js';
import { JoinRequests } from './join-requests.js';
import type { SignUp } from './sign-up.js';

/** Sign-ups of one mail or phone, and from one network, in a quarter of an hour. A stall at a fair has one address. */
export const SIGN_UPS = { account: 3, address: 40 };

/** Takes what people write into the join form. It tells nobody who is in the register, neither in words nor in time. */
@Injectable()
export class JoiningService {
  constructor(
    private readonly requests: JoinRequests,
    private readonly limits: RequestLimits,
    private readonly seal: FormSeal,
    private readonly root: RootScope,
  ) {}

  /**
   * Takes a sign-up down; whether there is anything to mail, and to whom, a job finds out. What a program sent (a field that
   * nobody sees is filled in, or nobody could have read so fast) is dropped without a word, and so is what one mail or phone
   * is signed up for too often.
   * @throws Invalid by field; nothing of it is kept then
   * @throws TooMany for the address it comes from
   */
  async signUp(dto: JoinDto, page: SignUp['page'], address: string, now = Date.now()): Promise<void> {
    const form = dto.seal ? this.seal.read(dto.seal) : null;
    if (!form || dto.reference) return;
    const time = judgeTime(form.openedAt, now);
    const { signUp, problems } = readForm(dto);
    if (time === 'too_old') problems.push({ field: 'seal', key: 'join.problem.too_old' });
    // Whoever forgot something is told so, however fast: the next try carries the time of the first opening.
    if (problems.length) throw new Invalid(problems);
    if (time === 'too_fast') return;
    const points = [signUp.email, signUp.phone].filter((point) => point !== null);
    if (!(await this.limits.admit('join', points, address, SIGN_UPS))) return;
    const whole: SignUp = { ...signUp, notices: form.notices, locale: form.locale, page };
    const sent = this.seal.hash('form', JSON.stringify([form.nonce, whole]));
    await this.requests.add(await this.actor(), whole, sent, dto.poster ?? null);
  }

  async actor(): Promise<SystemActor> {
    return { kind: 'system', name: 'system:join', scope: await this.root.scope() };
  }
}

type Read = Omit<SignUp, 'notices' | 'locale' | 'page'>;

/** Where our fields and those of the register's own forms have other names. */
const NAMES: Record<string, string> = { phones: 'phone', emails: 'email' };

function readForm(dto: JoinDto): { signUp: Read; problems: FieldProblem[] } {
  const points = readPoints({
    phones: dto.phone ? [dto.phone] : [],
    emails: dto.email ? [dto.email] : [],
    identities: dto.handle ? [{ platform: dto.platform ?? '', handle: dto.handle }] : [],
  });
  // As a Hindi keyboard writes it, and in two groups as people say it.
  const pin = dto.pin ? asciiDigits(dto.pin).replace(/\s+/g, '') : null;
  const { birthYear, key } = readBirthYear(dto.birthYear);
  const problems = [...points.problems, ...problemsOfFields({ name: dto.name, pin })].map((problem) => ({
    ...problem,
    field: NAMES[problem.field] ?? problem.field,
  }));
  const wrong = (field: string, what: string) => problems.push({ field, key: `join.problem.${what}` });
  const phone = points.phones[0] ?? null;
  const email = points.emails[0] ?? null;
  if (!phone && !email && !points.problems.length) wrong('email', 'no_point');
  // T29, and DPDP Act 2023, section 9: nothing of a child is kept, not even for a look.
  if (key) wrong('birthYear', key === 'minor' ? 'minor' : 'birth_year');
  else if (!dto.adult) wrong('adult', 'adult');
  const purposes = dto.purposes ?? [];
  if (!purposes.includes('register')) wrong('purposes', 'register');
  return {
    signUp: {
      name: dto.name,
      phone,
      email,
      identities: points.identities,
      pin,
      language: dto.language ?? null,
      birthYear,
      purposes,
    },
    problems,
  };
}
