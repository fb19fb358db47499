import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SystemActor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { Territory } from '../territories/territory.entity.js';
import { Grant } from './grant.entity.js';
import { hashPassword } from './passwords.js';
import { User } from './user.entity.js';
import { checkNewPassword } from './password-rules.js';
import { normaliseLogin } from './login.js';
import { IsNull } from 'typeorm';

@Injectable()
export class UsersService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * The first user of an installation, or a way back in: works on a user who is there already, too.
   * @throws Invalid `password`
   */
  async createAdmin(actor: SystemActor, wanted: { email: string; fullName: string; password: string }): Promise<void> {
    checkNewPassword(wanted.password);
    const hash = await hashPassword(wanted.password);
    const email = normaliseLogin(wanted.email);
    const userId = await this.work.run(actor, async (tx) => {
      const root = await tx.findOrFail(Territory, { parentId: IsNull() });
      let user = await tx.find(User, { email });
      if (!user) {
        user = Object.assign(new User(), { id: uuidv7(), fullName: wanted.fullName, email, path: root.path, language: 'hi' });
        await tx.insert(User, user);
        tx.audit('user.created', { subject: 'user', subjectId: user.id, after: { email } });
      }
      const held = await tx.query('SELECT 1 FROM gate.grants_of($1) WHERE role = $2 AND territory_id = $3', [user.id, 'state_admin', root.id]);
      if (!held.length) {
        const id = uuidv7();
        await tx.insert(Grant, { id, userId: user.id, role: 'state_admin', territoryId: root.id, path: root.path, reason: 'command line' });
        tx.audit('grant.given', { subject: 'grant', subjectId: id, facts: { user: user.id, role: 'state_admin' } });
      }
      return user.id;
    });
    await this.dataSource.query('SELECT gate.set_password($1, $2, NULL, NULL)', [userId, hash]);
  }
}
