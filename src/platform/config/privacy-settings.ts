import { Type } from 'class-transformer';
import { IsEmail, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, MinLength } from 'class-validator';
import { BasicSettings } from './basic-settings.js';
import { Setting } from './setting.js';

/** The part of the configuration that is about what must be kept, forgotten and answered. */
export abstract class PrivacySettings extends BasicSettings {
  @Setting(
    'ERASURE_LOG_FILE',
    'File, outside the database and its backups, of what a restored backup must erase again. Needed in production beside a server; unset: `erasures.log` in DATA_DIR when embedded.',
  )
  @IsOptional()
  @IsString()
  erasureLogFile?: string;

  @Setting('BACKUP_KEY', 'Passphrase of `sampark backup` and `sampark restore`; 20 characters or more.')
  @IsOptional()
  @MinLength(20)
  backupKey?: string;

  @Setting(
    'REQUEST_DAYS',
    "Days by which people's requests about their data are answered, by kind: `access:28,correction:28,…`. 28 where left out: within a month, whichever.",
    'access:28,correction:28,erasure:28,objection:28,grievance:90',
  )
  @Matches(
    /^(access|correction|erasure|objection|grievance):[1-9]\d{0,2}(,\s*(access|correction|erasure|objection|grievance):[1-9]\d{0,2})*$/,
    {
      message: 'must be kind:days pairs, separated by commas',
    },
  )
  requestDays: string;

  @Setting(
    'REPLY_ADDRESS',
    'Mailbox that replies to our mails go to; its plus-addresses (`box+…@`) must reach it. Unset: they go to MAIL_FROM.',
  )
  @IsOptional()
  @IsEmail({ require_tld: false })
  replyAddress?: string;

  @Setting(
    'PRIVACY_MAIL',
    'Address of the data protection officer, told to whoever asks why we have them. Unset: MAIL_FROM.',
  )
  @IsOptional()
  @IsEmail({ require_tld: false })
  privacyMail?: string;

  @Setting('OWN_DATA_LINK_DAYS', 'Days that a mailed link to what we hold about somebody works.', '7')
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(60)
  ownDataLinkDays: number;

  @Setting(
    'SUPPRESSION_KEYS',
    'Keys of the suppression list, newest first: `name:base64,name:base64`. Made and kept in DATA_DIR when embedded.',
  )
  @IsOptional()
  @Matches(/^[\w-]+:[A-Za-z0-9+/=_-]{32,}(,[\w-]+:[A-Za-z0-9+/=_-]{32,})*$/, {
    message: 'must be name:key pairs with keys of 32 characters or more, separated by commas',
  })
  suppressionKeys?: string;

  @Setting(
    'JOIN_EMBED_SITES',
    'Sites whose pages may show the join form in a frame, e.g. `https://www.example.org`, separated by commas. Unset: none.',
  )
  @IsOptional()
  @Matches(/^https?:\/\/[\w.-]+(:\d+)?(,\s*https?:\/\/[\w.-]+(:\d+)?)*$/, {
    message: 'must be origins such as https://www.example.org, separated by commas',
  })
  joinEmbedSites?: string;

  @Setting(
    'VAULT_JURISDICTION',
    'Whose law makes us keep something of people who are erased: `in` (India). It is sealed, apart. Unset: nothing is kept.',
  )
  @IsOptional()
  @IsIn(['in'])
  vaultJurisdiction?: 'in';

  @Setting(
    'VAULT_KEYS',
    'Keys of the sealed vault, newest first: `name:key,name:key`, each key at least 32 characters. Apart from every other key; one that an entry is sealed with cannot be dropped.',
  )
  @IsOptional()
  @Matches(/^[a-z0-9-]+:[^,\s]{32,}(,[a-z0-9-]+:[^,\s]{32,})*$/, {
    message: 'must be name:key,name:key with keys of at least 32 characters',
  })
  vaultKeys?: string;
}
