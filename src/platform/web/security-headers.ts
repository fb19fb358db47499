import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Reply } from './request.js';

/** Scripts and sheets of one page carry these; whoever smuggles markup into it cannot know them. */
export interface Nonces {
  script: string;
  style: string;
}

/**
 * The policy on content. Scripts and sheets run by the page's nonce alone: with `'self'` beside it, any file that we
 * serve (an upload, an export, what somebody typed) could be named as a script; with `'strict-dynamic'`, a script of ours
 * could bring another. What a module imports statically has its nonce. Text never becomes markup (trusted types, without
 * a policy that would let it): what app.js puts into a page, the browser has parsed as a document of ours.
 */
const DIRECTIVES = {
  defaultSrc: ["'none'"],
  scriptSrc: [],
  styleSrc: [],
  fontSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  // Only samples of mails, which bring a policy of their own.
  frameSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
  trustedTypes: ["'none'"],
};

const UNFRAMED = "frame-ancestors 'none'";

/** The camera is for the codes at a door, keys for signing in; nothing else of the device is any page's business. */
const DEVICE = [
  'camera=(self)',
  'publickey-credentials-create=(self)',
  'publickey-credentials-get=(self)',
  ...['accelerometer', 'autoplay', 'browsing-topics', 'display-capture', 'encrypted-media', 'geolocation', 'gyroscope'],
  ...['magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => (feature.includes('=') ? feature : `${feature}=()`))
  .join(', ');

export async function registerHeaders(app: NestFastifyApplication, https: boolean): Promise<void> {
  await app.register(
    helmet as never,
    {
      enableCSPNonces: true,
      contentSecurityPolicy: { useDefaults: false, directives: DIRECTIVES },
      // Addresses carry tokens and what was looked for. Forms say by themselves where they stood (partials/csrf.hbs).
      referrerPolicy: { policy: 'no-referrer' },
      frameguard: { action: 'deny' },
      hsts: https,
      crossOriginEmbedderPolicy: false,
      originAgentCluster: https,
    } as never,
  );
}

/** What holds for every answer, errors and redirects too. Only our own files may be kept: their server says so later. */
export function setPrivate(reply: Reply): void {
  reply.header('cache-control', 'no-store');
  reply.header('x-robots-tag', 'noindex, nofollow, noarchive');
  reply.header('permissions-policy', DEVICE);
}

/**
 * Lets the pages of these sites show this answer in a frame; every other page of ours refuses frames. Before anything else
 * is decided about the answer, so that a refused form is shown in its frame, too.
 * @param sites origins, e.g. `https://www.example.org`; none: it stays as it is
 */
export function letFrame(reply: Reply, sites: readonly string[]): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '');
  if (!sites.length || !policy.includes(UNFRAMED)) return;
  reply.header('content-security-policy', policy.replace(UNFRAMED, `frame-ancestors ${sites.join(' ')}`));
  // It knows no list of sites; frame-ancestors takes its place (CSP Level 3, section 6.4.2.2).
  reply.removeHeader('x-frame-options');
}

/**
 * A mail shown in a frame of ours: shut in without scripts, with the styles that mail needs.
 * @param allow tokens of the `sandbox` directive
 */
export function shutIn(reply: Reply, allow = ''): Reply {
  return reply
    .header('x-frame-options', 'SAMEORIGIN')
    .header(
      'content-security-policy',
      `sandbox${allow && ` ${allow}`}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
    )
    .type('text/html; charset=utf-8');
}
