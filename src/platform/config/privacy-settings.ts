import { IsOptional, IsString, Matches, MinLength } from 'class-validator';
import { Setting } from './setting.js';

/** The part of the configuration that is about what must be kept, forgotten and answered. */
export abstract class PrivacySettings {
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
}
