import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../platform/config/config.js';
import { RootScope } from '../../platform/database/root-scope.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Unauthenticated } from '../../platform/errors.js';
import { parseEmail } from '../../platform/formats/email-address.js';
import { SignInService, type FreshSession } from '../sign-in/sign-in.service.js';
import type { Claims } from './oidc-provider.service.js';

interface Linked {
  user_id: string;
  full_name: string;
  path: string;
  disabled: boolean;
}

/**
 * Lets in whom the provider has let in: a user who is linked to that account there. The first time they are found by an
 * e-mail that the provider has verified; nobody becomes a user this way.
 */
@Injectable()
export class OidcSignIn {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signIn: SignInService,
    private readonly root: RootScope,
    private readonly work: UnitOfWork,
    private readonly config: Config,
  ) {}

  /**
   * @param oldToken of the session this browser had: it ends
   * @throws Unauthenticated with the reason
   */
  async enter(claims: Claims, oldToken?: string): Promise<FreshSession> {
    const user = (await this.linked(claims)) ?? (await this.link(claims));
    if (user.disabled) throw new Unauthenticated('oidc.disabled');
    const proved = this.config.oidcSecondFactor;
    return this.signIn.startFor({ id: user.user_id, name: user.full_name, path: user.path }, oldToken, {
      method: 'oidc',
      proved,
    });
  }

  private async linked({ issuer, subject }: Claims): Promise<Linked | undefined> {
    const [row] = await this.dataSource.query<Linked[]>('SELECT * FROM gate.oidc_user($1, $2)', [issuer, subject]);
    return row;
  }

  private async link(claims: Claims): Promise<Linked> {
    const email = claims.email === null ? undefined : parseEmail(claims.email).email;
    if (!email) throw new Unauthenticated('oidc.no_email');
    if (!claims.emailVerified) throw new Unauthenticated('oidc.unverified');
    const [linked] = await this.dataSource.query<{ user_id: string; path: string }[]>(
      'SELECT * FROM gate.link_oidc($1, $2, $3)',
      [claims.issuer, claims.subject, email],
    );
    if (!linked) throw await this.whyNot(email);
    const scope = await this.root.scope();
    await this.work.run({ kind: 'system', name: 'system:sign-in', scope, causedBy: linked.user_id }, async (tx) => {
      tx.audit('user.oidc_linked', {
        subject: 'user',
        subjectId: linked.user_id,
        path: linked.path,
        facts: { issuer: claims.issuer },
        after: { subject: claims.subject, email },
      });
    });
    return (await this.linked(claims))!;
  }

  /** Said to somebody who owns that e-mail, as the provider has verified: it gives nobody else away. */
  private async whyNot(email: string): Promise<Unauthenticated> {
    const [user] = await this.dataSource.query<{ disabled: boolean }[]>('SELECT disabled FROM gate.sign_in($1)', [
      email,
    ]);
    if (!user) return new Unauthenticated('oidc.unknown');
    return new Unauthenticated(user.disabled ? 'oidc.disabled' : 'oidc.other_account');
  }
}
