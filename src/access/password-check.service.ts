import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { Invalid } from '../platform/errors.js';
import { commonPasswords } from './common-passwords.js';
import { faultOf } from './password-rules.js';

/** What is known about whoever sets a password, and so must not be all it is made of. */
export interface Owner {
  name?: string | null;
  email?: string | null;
  phone?: string | null;
}

/** Judges new passwords, wherever one is set. */
@Injectable()
export class PasswordCheck {
  constructor(private readonly config: Config) {}

  /** @throws Invalid on the field, with the reason in words */
  async check(password: string, owner: Owner, field = 'password'): Promise<void> {
    const { orgNameEn, orgNameHi } = this.config;
    const about = [owner.name, owner.email, owner.phone, orgNameEn, orgNameHi, 'Sampark', 'संपर्क'];
    const fault = faultOf(
      password,
      about.filter((one) => one !== null && one !== undefined),
      await commonPasswords(),
    );
    if (fault) throw Invalid.field(field, fault.key, fault.params);
  }
}
