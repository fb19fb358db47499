/** Users, what they are granted, and how they sign in. Every request passes its guard. */
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Frame } from '../platform/web/frame.js';
import { AccessGuard } from './access.guard.js';
import { AccessJobs } from './access.jobs.js';
import { Navigation } from './navigation.js';
import { SessionCookie } from './session-cookie.js';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Territory } from '../territories/territory.entity.js';
import { Grant } from './grant.entity.js';
import { GrantsController } from './grants.controller.js';
import { GrantsService } from './grants.service.js';
import { InvitationLetters } from './invitation-letters.service.js';
import { AttemptCookie } from './second-factor/attempt-cookie.js';
import { AuthenticatorAppService } from './second-factor/authenticator-app.service.js';
import { ChallengesService } from './second-factor/challenges.service.js';
import { OwnAccount } from './second-factor/own-account.js';
import { PasskeySignInController } from './second-factor/passkey-sign-in.controller.js';
import { PasskeysService } from './second-factor/passkeys.service.js';
import { ProofController } from './second-factor/proof.controller.js';
import { RecoveryCodesService } from './second-factor/recovery-codes.service.js';
import { RelyingParty } from './second-factor/relying-party.js';
import { SecondFactorController } from './second-factor/second-factor.controller.js';
import { SecondFactorJobs } from './second-factor/second-factor.jobs.js';
import { SecondFactors } from './second-factor/second-factors.queries.js';
import { SecondFactorService } from './second-factor/second-factor.service.js';
import { SessionList } from './sessions/session-list.service.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { UserSessionsController } from './sessions/user-sessions.controller.js';
import { AttemptsService } from './sign-in/attempts.service.js';
import { PasswordController } from './sign-in/password.controller.js';
import { PasswordsService } from './sign-in/passwords.service.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { Role } from './roles/role.entity.js';
import { RoleEditor } from './roles/role-editor.service.js';
import { RolePages } from './roles/role-pages.service.js';
import { RolesController } from './roles/roles.controller.js';
import { DelegationsController } from './scope/delegations.controller.js';
import { DelegationsService } from './scope/delegations.service.js';
import { TerritoryAccessController } from './scope/territory-access.controller.js';
import { WhyController } from './scope/why.controller.js';
import { RolesService } from './roles/roles.service.js';
import { SessionsService } from './sessions.service.js';
import { TokensService } from './tokens.service.js';
import { TerritoryChoices } from './territory-choices.service.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersQueries } from './users.queries.js';
import { UsersService } from './users.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([User, Grant, Role, Territory])],
  controllers: [
    SignInController,
    PasswordController,
    RolesController,
    DelegationsController,
    TerritoryAccessController,
    WhyController,
    ProofController,
    SecondFactorController,
    PasskeySignInController,
    SessionsController,
    UserSessionsController,
    UsersController,
    GrantsController,
  ],
  providers: [
    UsersService,
    UsersQueries,
    RolesService,
    RoleEditor,
    RolePages,
    DelegationsService,
    GrantsService,
    TerritoryChoices,
    InvitationLetters,
    AccessJobs,
    AttemptsService,
    SignInService,
    PasswordsService,
    TokensService,
    SessionsService,
    SessionCookie,
    SessionList,
    OwnAccount,
    SecondFactors,
    SecondFactorService,
    SecondFactorJobs,
    AuthenticatorAppService,
    RecoveryCodesService,
    PasskeysService,
    ChallengesService,
    RelyingParty,
    AttemptCookie,
    { provide: Frame, useClass: Navigation },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Frame, RolesService, SessionsService, UsersService, UsersQueries, GrantsService, TerritoryChoices],
})
export class AccessModule {}
