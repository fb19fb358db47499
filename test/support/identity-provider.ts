import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Provider from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';

/** Somebody's account at the provider; its subject is what they type as their login there. */
export interface AccountThere {
  email?: string;
  emailVerified?: boolean;
}

export interface IdentityProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  accounts: Map<string, AccountThere>;
  /** Stops answering, as a provider that is down. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const DAY = 86_400;
const SCOPE = 'openid email profile';

/** A real OpenID Connect provider on this machine, with one client; its page asks for a login, or for no. */
export async function anIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const accounts = new Map<string, AccountThere>();
  const [clientId, clientSecret] = ['sampark', 'a secret between the two'];
  let port = 0;
  let handle: RequestListener = (_request, response) => void response.writeHead(503).end();
  let server = createServer();
  const start = async () => {
    server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  };
  await start();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    adapter: createMemoryAdapter(0),
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    jwks: { keys: [signingKey()] },
    pkce: { required: () => true },
    ttl: { Interaction: DAY, Session: DAY, Grant: DAY, AccessToken: DAY, IdToken: DAY },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => {
        const { email, emailVerified = true } = accounts.get(id) ?? {};
        return { sub: id, ...(email && { email, email_verified: emailVerified }) };
      },
    }),
  });
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    if (context.method === 'GET') {
      context.body = '<form method="post"><input name="login"><button>Sign in</button></form>';
      return;
    }
    const accountId = new URLSearchParams(await text(context.req)).get('login');
    const result = accountId
      ? { login: { accountId }, consent: { grantId: await granted(provider, accountId, clientId) } }
      : { error: 'access_denied', error_description: 'No, thanks' };
    context.respond = false;
    await provider.interactionFinished(context.req, context.res, result);
  });
  handle = provider.callback();
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { issuer, clientId, clientSecret, accounts, start, stop };
}

function granted(provider: Provider, accountId: string, clientId: string): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(SCOPE);
  return grant.save();
}

function signingKey(): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'tests', use: 'sig', alg: 'RS256' };
}
