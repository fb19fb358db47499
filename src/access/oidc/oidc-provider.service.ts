import { Injectable } from '@nestjs/common';
import * as client from 'openid-client';
import { Config } from '../../platform/config/config.js';
import { isPlainLocal } from '../../platform/config/secure-or-local.js';

/** What a browser that was sent to the provider must bring back. */
export interface Errand {
  state: string;
  nonce: string;
  verifier: string;
}

/** Who somebody is at the provider. */
export interface Claims {
  issuer: string;
  subject: string;
  email: string | null;
  /** The provider says that it made sure of the e-mail. */
  emailVerified: boolean;
}

/** `reason`: for the log, in words without anybody's data. */
abstract class ProviderError extends Error {
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
/** The provider is down, or doesn't answer as one should. */
export class ProviderUnreachable extends ProviderError {}
/** The provider let nobody in (`access_denied` where the person said no), or what came back doesn't fit what was sent. */
export class ProviderRefused extends ProviderError {}

const SECONDS = 5;
export const CALLBACK = '/sign-in/oidc/callback';

/**
 * The OpenID Connect provider of the configuration: authorization code with PKCE, state and nonce. It is looked up at the
 * first use and again until it answers, so that a provider that is down stops no start.
 */
@Injectable()
export class OidcProvider {
  private known?: Promise<client.Configuration>;

  constructor(private readonly config: Config) {}

  get configured(): boolean {
    return this.config.oidcIssuer !== undefined;
  }

  /** Ours at the provider; never from a request's Host (T5). */
  get redirectUri(): string {
    return new URL(this.config.baseUrl).origin + CALLBACK;
  }

  /**
   * Where to send a browser, and what it must bring back.
   * @throws ProviderUnreachable
   */
  async begin(): Promise<{ url: URL; errand: Errand }> {
    const configuration = await this.discover();
    const errand = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid email profile',
      state: errand.state,
      nonce: errand.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
      code_challenge_method: 'S256',
    });
    return { url, errand };
  }

  /**
   * Changes the code that came back for who it is.
   * @param query of the address that the provider sent the browser to
   * @throws ProviderRefused, ProviderUnreachable
   */
  async finish(query: string, errand: Errand): Promise<Claims> {
    const configuration = await this.discover();
    const came = new URL(this.redirectUri);
    came.search = query;
    try {
      const tokens = await client.authorizationCodeGrant(configuration, came, {
        pkceCodeVerifier: errand.verifier,
        expectedState: errand.state,
        expectedNonce: errand.nonce,
        idTokenExpected: true,
      });
      const { iss, sub, email, email_verified } = tokens.claims()!;
      // Most providers tell the e-mail only where one asks for it.
      const told =
        email === undefined && configuration.serverMetadata().userinfo_endpoint
          ? await client.fetchUserInfo(configuration, tokens.access_token, sub)
          : { email, email_verified };
      return {
        issuer: iss,
        subject: sub,
        email: typeof told.email === 'string' ? told.email : null,
        emailVerified: told.email_verified === true,
      };
    } catch (error) {
      throw this.understood(error);
    }
  }

  private discover(): Promise<client.Configuration> {
    this.known ??= this.lookUp().catch((error: unknown) => {
      this.known = undefined;
      throw new ProviderUnreachable(messageOf(error), { cause: error });
    });
    return this.known;
  }

  private lookUp(): Promise<client.Configuration> {
    const { oidcIssuer, oidcClientId, oidcClientSecret } = this.config;
    const issuer = new URL(oidcIssuer!);
    // The default of OpenID Connect Core, section 9: every provider knows it.
    const authentication = client.ClientSecretBasic(oidcClientSecret!);
    return client.discovery(issuer, oidcClientId!, { redirect_uris: [this.redirectUri] }, authentication, {
      timeout: SECONDS,
      execute: isPlainLocal(issuer) ? [client.allowInsecureRequests] : [],
    });
  }

  private understood(error: unknown): Error {
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
      return new ProviderRefused(error.error, { cause: error });
    // What can't be reached, or answers as no provider does; all other codes are about what came back.
    const { code } = error as { code?: string };
    if (error instanceof TypeError || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM')
      return new ProviderUnreachable(messageOf(error), { cause: error });
    return new ProviderRefused(messageOf(error), { cause: error });
  }
}

/** Of the library's errors only the words: what they carry beside may hold claims. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');
