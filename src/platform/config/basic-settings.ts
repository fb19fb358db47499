import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsTimeZone,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { resolve } from 'node:path';
import { IsReadableColour } from './colour.js';
import { IsSecureOrLocal } from './secure-or-local.js';
import { Setting } from './setting.js';

const POSTGRES_URL = { protocols: ['postgres', 'postgresql'], require_tld: false, require_protocol: true };

/** The part of the configuration that any installation looks at. */
export abstract class BasicSettings {
  @Setting('NODE_ENV', '`production`, `development` or `test`.', 'development')
  @IsIn(['production', 'development', 'test'])
  nodeEnv: 'production' | 'development' | 'test';

  @Setting('PORT', 'Port of the web server.', '3000')
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  port: number;

  @Setting('HOST', 'Address it listens on.', '127.0.0.1')
  @IsString()
  host: string;

  @Setting('PUBLIC_URL', 'Address people reach it at; all links in mails start with it. Required in production.')
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? value.replace(/\/+$/, '') : value))
  @IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true })
  publicUrl?: string;

  @Setting('PROCESS', 'What this process does: `web`, `worker` or `both`.', 'both')
  @IsIn(['web', 'worker', 'both'])
  process: 'web' | 'worker' | 'both';

  @Setting('DATA_DIR', 'Folder of the embedded database, its secrets and log.', './data')
  @Transform(({ value }) => resolve(String(value)))
  @IsString()
  dataDir: string;

  @Setting('DATABASE_URL', "PostgreSQL 15 or newer, as the program's role. Unset: the embedded PostgreSQL.")
  @IsOptional()
  @IsUrl(POSTGRES_URL)
  databaseUrl?: string;

  @Setting('DATABASE_OWNER_URL', 'The role that owns the tables; only `sampark migrate` uses it.')
  @IsOptional()
  @IsUrl(POSTGRES_URL)
  databaseOwnerUrl?: string;

  @Setting('DATABASE_QUEUE_URL', "The role that owns the queue's tables and can read no people.")
  @IsOptional()
  @IsUrl(POSTGRES_URL)
  databaseQueueUrl?: string;

  @Setting('DATABASE_POOL', 'Connections of the pool that serves requests and jobs.', '10')
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(500)
  databasePool: number;

  @Setting('SMTP_URL', 'Mail server, e.g. `smtps://user:password@mail.example.org`. Required in production.')
  @IsOptional()
  @Matches(/^smtps?:\/\/\S+$/, { message: 'must be an smtp:// or smtps:// address' })
  smtpUrl?: string;

  @Setting('MAIL_FROM', 'Sender of all mails.', 'sampark@localhost.example')
  @IsEmail({ require_tld: false })
  mailFrom: string;

  @Setting('SECRET_KEY', 'Signs links and cookies; 32 characters or more. Made and kept in DATA_DIR when embedded.')
  @IsOptional()
  @MinLength(32)
  secretKey?: string;

  @Setting('IMPORT_FILE_DAYS', 'Days that the rejected rows of an import can be fetched.', '7')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(90)
  importFileDays: number;

  @Setting(
    'IDENTITY_SILENCE_DAYS',
    'Days after which a handle that nobody verified or reached is looked at again before a direct message.',
    '180',
  )
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3650)
  identitySilenceDays: number;

  @Setting('EXPORT_HOURS', 'Hours that the file of an export can be fetched.', '72')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(720)
  exportHours: number;

  @Setting('AUDIT_MONTHS', 'Whole months that the audit trail is kept; 12 at least, which is the law.', '36')
  @Type(() => Number)
  @IsInt()
  @Min(12)
  @Max(600)
  auditMonths: number;

  @Setting('AUDIT_HEAD_MAIL', "Address outside that the head of the audit trail's chain is mailed to daily.")
  @IsOptional()
  @IsEmail({ require_tld: false })
  auditHeadMail?: string;

  @Setting(
    'AUDIT_HEAD_FILE',
    'File that it is written to daily, best on another machine. Unset: `audit-heads.log` in DATA_DIR when embedded.',
  )
  @IsOptional()
  @IsString()
  auditHeadFile?: string;

  @Setting('BULK_READING_FLOOR', 'People shown to a team member within a day before it can be too many.', '200')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  bulkReadingFloor: number;

  @Setting('BULK_READING_WIDE', 'People shown within a day to somebody whose role reaches a whole territory.', '2000')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  bulkReadingWide: number;

  @Setting('SESSION_IDLE_HOURS', 'Hours without a request after which one is signed out.', '168')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8760)
  sessionIdleHours: number;

  @Setting('SESSION_DAYS', 'Days after which one is signed out in any case.', '30')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(365)
  sessionDays: number;

  @Setting(
    'SESSION_PROOF_HOURS',
    'Hours after which a role that demands a second factor, and changes of the factors themselves, ask for it again.',
    '12',
  )
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(720)
  sessionProofHours: number;

  @Setting('IMPORT_LARGEST_MB', 'The largest file an import takes, in MB.', '2048')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(16_384)
  importLargestMb: number;

  @Setting('LOG_LEVEL', '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.', 'info')
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  logLevel: string;

  @Setting('DEFAULT_LANGUAGE', 'Language where the reader has told none: `hi` or `en`.', 'hi')
  @IsIn(['hi', 'en'])
  defaultLanguage: 'hi' | 'en';

  @Setting('TIME_ZONE', 'Zone of the organisation, an IANA name.', 'Asia/Kolkata')
  @IsTimeZone()
  timeZone: string;

  @Setting('ORG_NAME_EN', "The organisation's name in English.", 'Sampark')
  @IsString()
  orgNameEn: string;

  @Setting('ORG_NAME_HI', "The organisation's name in Hindi.", 'संपर्क')
  @IsString()
  orgNameHi: string;

  @Setting(
    'ORG_ACCENT',
    "The organisation's colour, as `#rrggbb`, dark enough to be read on white. Unset: Sampark's own.",
  )
  @IsOptional()
  @IsReadableColour()
  orgAccent?: string;

  @Setting(
    'TRUSTED_PROXIES',
    'Addresses or CIDR ranges, separated by commas, of the proxies in front: only their `X-Forwarded-*` headers count.',
  )
  @IsOptional()
  @Matches(/^[0-9a-fA-F.:]+(\/\d{1,3})?(,\s*[0-9a-fA-F.:]+(\/\d{1,3})?)*$/, {
    message: 'must be addresses or CIDR ranges, separated by commas',
  })
  trustedProxies?: string;

  @Setting(
    'ALLOWED_HOSTS',
    "Further names people reach it by, separated by commas; requests for any other name than these and PUBLIC_URL's are refused.",
  )
  @IsOptional()
  @Matches(/^[\w.-]+(:\d+)?(,\s*[\w.-]+(:\d+)?)*$/, { message: 'must be host names, separated by commas' })
  allowedHosts?: string;

  @Setting(
    'REQUEST_SECONDS',
    'A request must be told within this time (files may go on at 4 KiB a second), an answer be taken within twice that.',
    '30',
  )
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(600)
  requestSeconds: number;

  @Setting('ROOT_CODE', 'Code of the topmost territory, made by `migrate`.', 'up')
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: 'must be a lower-case slug' })
  rootCode: string;

  @Setting('ROOT_NAME_EN', 'Its name in English.', 'Uttar Pradesh')
  @IsString()
  rootNameEn: string;

  @Setting('ROOT_NAME_HI', 'Its name in Hindi.', 'उत्तर प्रदेश')
  @IsString()
  rootNameHi: string;

  @Setting('TEAM_STRENGTH_STATE', "Sanctioned posts of the state's IT team.", '11')
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(200)
  teamStrengthState: number;

  @Setting('TEAM_STRENGTH_REGION', "Sanctioned posts of a region's IT team.", '9')
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(200)
  teamStrengthRegion: number;

  @Setting(
    'OIDC_ISSUER',
    'Address of an OpenID Connect provider to sign in with. Unset: by password and passkey alone.',
  )
  @IsOptional()
  @IsUrl({ protocols: ['https', 'http'], require_tld: false, require_protocol: true })
  @IsSecureOrLocal()
  oidcIssuer?: string;

  @Setting('OIDC_CLIENT_ID', "Our name at the provider; its redirect address is PUBLIC_URL's `/sign-in/oidc/callback`.")
  @IsOptional()
  @IsString()
  oidcClientId?: string;

  @Setting('OIDC_CLIENT_SECRET', 'Our secret at the provider (`client_secret_basic`).')
  @IsOptional()
  @IsString()
  oidcClientSecret?: string;

  @Setting('OIDC_NAME_EN', 'What the provider is called on the sign-in page, in English.', 'the office account')
  @IsString()
  oidcNameEn: string;

  @Setting('OIDC_NAME_HI', 'The same in Hindi.', 'कार्यालय के खाते')
  @IsString()
  oidcNameHi: string;

  @Setting('OIDC_SECOND_FACTOR', '`true`: the provider asks for a second factor, so that we need not.', 'false')
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  oidcSecondFactor: boolean;

  @Setting(
    'OIDC_ONLY',
    '`true`: passwords and codes let in state admins alone, as a way back; everybody else signs in with the provider.',
    'false',
  )
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  oidcOnly: boolean;
}
