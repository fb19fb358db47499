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
import { OidcController } from './oidc/oidc.controller.js';
import { OidcErrand } from './oidc/oidc-errand.js';
import { OidcProvider } from './oidc/oidc-provider.service.js';
import { OidcSignIn } from './oidc/oidc-sign-in.service.js';
import { PasswordCheck } from './password-check.service.js';
import { PasswordController } from './sign-in/password.controller.js';
import { PasswordsService } from './sign-in/passwords.service.js';
import { RequestLimits } from './sign-in/request-limits.service.js';
import { ResetController } from './sign-in/reset.controller.js';
import { ResetJobs } from './sign-in/reset.jobs.js';
import { ResetLetters } from './sign-in/reset-letters.service.js';
import { ResetService } from './sign-in/reset.service.js';
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
import { TokensController } from './tokens/tokens.controller.js';
import { TokensQueries } from './tokens/tokens.queries.js';
import { TokensService } from './tokens/tokens.service.js';
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
    ResetController,
    OidcController,
    UsersController,
    GrantsController,
    TokensController,
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
    PasswordCheck,
    PasswordsService,
    RequestLimits,
    ResetService,
    ResetLetters,
    ResetJobs,
    OidcProvider,
    OidcErrand,
    OidcSignIn,
    TokensService,
    TokensQueries,
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
  exports: [
    Frame,
    RequestLimits,
    RolesService,
    SessionsService,
    UsersService,
    UsersQueries,
    GrantsService,
    TerritoryChoices,
  ],
})
export class AccessModule {}
