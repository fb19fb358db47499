import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { OneOf, Text, Whole } from '../../platform/web/fields.js';
import { PURPOSES, type Purpose } from '../consent/purposes.js';
import { LANGUAGE_CODES } from '../language-names.js';
import { Clearable } from '../sympathiser-fields.js';

const MOST_LINES = 40;

export class NoticeParam {
  @Text({ max: 40, description: '`<purpose>-<n>`' })
  id: string;
}

export class LanguageParam {
  @OneOf(LANGUAGE_CODES)
  code: string;
}

export class NewNoticeDto {
  @OneOf(PURPOSES, { description: 'What people agree to' })
  purpose: Purpose;
}

export class LanguageDto {
  @OneOf(LANGUAGE_CODES, { description: 'ISO 639' })
  language: string;
}

export class LanguageQuery {
  @OneOf(LANGUAGE_CODES, { optional: true, description: 'Language of the text, ISO 639' })
  language?: string;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

/** Anybody's address may carry a language that there is no text in: then it is the page's own. */
export class PublicNoticeQuery {
  @Text({ optional: true, max: 20, description: 'Language of the text, ISO 639; `hi` and `en` also of the page' })
  lang?: string;
}

/** One column of the lines of what we keep: the nth of each column makes the nth line. Blanks keep their place. */
const Column = (description: string) =>
  applyDecorators(
    ApiProperty({ type: [String], required: false, maxItems: MOST_LINES, description }),
    Transform(({ value }: { value: unknown }) =>
      value === undefined || value === null
        ? undefined
        : [value]
            .flat()
            .map((one: unknown) => (typeof one === 'string' ? one.toWellFormed().normalize('NFC').trim() : one)),
    ),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(MOST_LINES, { context: { max: MOST_LINES } }),
    IsString({ each: true }),
    MaxLength(400, { each: true, context: { max: 400 } }),
  );

/** The text of a draft in one language; what is blank is still to be written. */
export class NoticeTextDto {
  @OneOf(LANGUAGE_CODES, { description: 'ISO 639' })
  language: string;

  @Clearable({ max: 120 })
  title?: string | null;

  @Clearable({ max: 800, description: 'The short form' })
  say?: string | null;

  @Column('Which data')
  data?: string[];

  @Column('What for')
  why?: string[];

  @Column('For how long')
  keep?: string[];

  @Column('Who sees it')
  seen?: string[];

  @Clearable({ max: 1000, description: 'Who is responsible, and how to reach them' })
  responsible?: string | null;

  @Clearable({ max: 2000, description: 'Rights, and how to use them' })
  rights?: string | null;

  @Clearable({ max: 1000, description: 'Where to complain' })
  complaint?: string | null;
}

export class PublicationDto {
  @Whole({ description: 'How many have agreed under an older version, as shown' })
  count: number;
}
