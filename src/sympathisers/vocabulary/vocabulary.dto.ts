import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { Slug, Text, Tick, Whole } from '../../platform/web/fields.js';
import { Clearable, Several } from '../sympathiser-fields.js';

const CODE = /^[a-z][a-z0-9_]{0,29}$/;
const HTTPS = /^https:\/\/[^\s<>"']+$/;

export class CodeParam {
  @ApiProperty({ type: String, pattern: CODE.source })
  @Matches(CODE)
  code: string;
}

export class SkillParam {
  @Slug()
  code: string;
}

/** What is not given is none. */
export class PlatformBody {
  @Text({ max: 60 })
  nameEn: string;

  @Text({ max: 60 })
  nameHi: string;

  @Several({ max: 40, length: 60, description: 'Other words for it in a platform column' })
  aliases?: string[];

  @Several({ max: 20, length: 100, description: 'Host names, without www.' })
  hosts?: string[];

  @Several({ max: 20, length: 100, description: "Forms of a person's page: /{handle}/**, /people/*/{number}" })
  paths?: string[];

  @Several({ max: 60, length: 60, description: "The platform's own pages" })
  reserved?: string[];

  @Clearable({ max: 10, description: 'Signs that a handle may have beside letters and digits' })
  handleSigns?: string | null;

  @Whole({ optional: true, min: 1, max: 100 })
  handleMin?: number;

  @Whole({ optional: true, min: 1, max: 100 })
  handleMax?: number;

  @Tick({ description: 'Letters of any script' })
  handleAnyScript?: boolean;

  @Text({ max: 200, description: 'https://…{handle}' })
  @Matches(HTTPS)
  profileLink: string;

  @Clearable({ max: 200, description: 'https://…{id}' })
  @Matches(HTTPS)
  idLink?: string | null;

  @Clearable({ max: 200, description: 'https://…{handle}, where it can be made ready with {text}' })
  @Matches(HTTPS)
  chatLink?: string | null;
}

export class NewPlatformBody extends PlatformBody {
  @ApiProperty({ type: String, pattern: CODE.source })
  @Matches(CODE)
  code: string;
}

export class NewSkillBody {
  @Slug({ description: 'Lower-case letters, digits and _' })
  code: string;

  @Text({ max: 80 })
  nameEn: string;

  @Text({ max: 80 })
  nameHi: string;
}
