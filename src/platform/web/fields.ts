import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
} from 'class-validator';

interface Common {
  optional?: boolean;
  description?: string;
}

/** Forms send blanks for fields left empty, programs null, and everything comes as text. */
const blankIsNothing = Transform(({ value }: { value: unknown }) =>
  value === '' || value === null ? undefined : value,
);

function field(options: Common, api: ApiPropertyOptions, ...checks: PropertyDecorator[]): PropertyDecorator {
  const documented = ApiProperty({
    description: options.description,
    required: !options.optional,
    ...api,
  } as ApiPropertyOptions);
  return applyDecorators(documented, blankIsNothing, ...(options.optional ? [IsOptional()] : []), ...checks);
}

const trim = Transform(({ value }: { value: unknown }) => {
  if (typeof value !== 'string') return value;
  // Half a character (a lone surrogate) can stand in no address and no table.
  const text = value.toWellFormed().normalize('NFC').trim();
  return text === '' ? undefined : text;
});
const toNumber = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : value === '' ? undefined : value,
);

const SLUG = /^[a-z][a-z0-9_]+$/;

/** A line or a text, trimmed, NFC, without control characters (a line also without line breaks: they forge mail headers). */
export const Text = (options: Common & { min?: number; max?: number; multiline?: boolean } = {}) =>
  field(
    options,
    { type: String, maxLength: options.max ?? 200 },
    trim,
    IsString(),
    MinLength(options.min ?? 1, { context: { min: options.min ?? 1 } }),
    MaxLength(options.max ?? 200, { context: { max: options.max ?? 200 } }),
    Matches(options.multiline ? /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$/ : /^[^\u0000-\u001f\u007f]*$/),
  );

export const Whole = (options: Common & { min?: number; max?: number } = {}) =>
  field(
    options,
    { type: 'integer', minimum: options.min, maximum: options.max },
    toNumber,
    IsInt(),
    Min(options.min ?? 0, { context: { min: options.min ?? 0 } }),
    Max(options.max ?? 2_147_483_647, { context: { max: options.max ?? 2_147_483_647 } }),
  );

export const OneOf = (values: readonly string[], options: Common = {}) =>
  field(options, { type: String, enum: [...values] }, IsIn(values, { context: { values: values.join(', ') } }));

/** Several of a list: repeated fields of a form, or an array. */
export const ManyOf = (values: readonly string[], options: Common = {}) =>
  field(
    options,
    { type: 'string', enum: [...values], isArray: true },
    Transform(({ value }: { value: unknown }) => (value === undefined || Array.isArray(value) ? value : [value])),
    IsArray(),
    ArrayMaxSize(values.length, { context: { max: values.length } }),
    IsIn(values, { each: true, context: { values: values.join(', ') } }),
  );

/** A code as people read it in addresses and files: lower-case letters, digits and `_`. */
export const Slug = (options: Common & { max?: number } = {}) =>
  field(
    options,
    { type: String, pattern: SLUG.source, maxLength: options.max ?? 40 },
    trim,
    IsString(),
    MaxLength(options.max ?? 40, { context: { max: options.max ?? 40 } }),
    Matches(SLUG),
  );

export const Id = (options: Common = {}) => field(options, { type: String, format: 'uuid' }, IsUUID());

/** Several ids: repeated fields of a form, or an array. */
export const Ids = (options: Common & { max?: number } = {}) =>
  field(
    options,
    { type: [String] },
    Transform(({ value }: { value: unknown }) => (value === undefined || Array.isArray(value) ? value : [value])),
    IsArray(),
    ArrayMaxSize(options.max ?? 1000, { context: { max: options.max ?? 1000 } }),
    IsUUID('all', { each: true }),
  );

/** Several of a list: repeated fields of a form, or an array. */
export const SeveralOf = (values: readonly string[], options: Common = {}) =>
  field(
    options,
    { type: [String], enum: [...values] },
    Transform(({ value }: { value: unknown }) => (value === undefined || Array.isArray(value) ? value : [value])),
    IsArray(),
    ArrayMaxSize(values.length, { context: { max: values.length } }),
    IsIn(values, { each: true, context: { values: values.join(', ') } }),
  );

/** A tick box: absent is no. */
export const Tick = (options: Omit<Common, 'optional'> = {}) =>
  field(
    { ...options, optional: true },
    { type: Boolean },
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? ['on', 'true', '1', 'yes'].includes(value) : value,
    ),
    IsBoolean(),
  );

/** A calendar day, `2026-11-23`. */
export const Day = (options: Common = {}) =>
  field(
    options,
    { type: String, format: 'date' },
    trim,
    ValidateBy({
      name: 'isDay',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          /^\d{4}-\d{2}-\d{2}$/.test(value) &&
          !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) &&
          new Date(`${value}T00:00:00Z`).toISOString().startsWith(value),
      },
    }),
  );

/** An instant, ISO 8601 with an offset, as devices send it. */
export const Instant = (options: Common = {}) =>
  field(
    options,
    { type: String, format: 'date-time' },
    ValidateBy({
      name: 'isInstant',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value) &&
          !Number.isNaN(Date.parse(value)),
      },
    }),
  );

/** A day and a time on the wall, `2026-11-23T18:30`, without a zone: a form's datetime-local. */
export const WallTime = (options: Common = {}) =>
  field(
    options,
    { type: String, example: '2026-11-23T18:30' },
    ValidateBy({
      name: 'isWallTime',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(value) &&
          !Number.isNaN(Date.parse(`${value}Z`)),
      },
    }),
  );

/** What every list takes. */
export class ListQuery {
  @Text({ optional: true, max: 100, description: 'Words to look for' })
  q?: string;

  @Whole({ optional: true, min: 1, max: 200, description: 'Rows a page' })
  limit?: number;

  @Text({ optional: true, max: 400, description: 'Where the last page ended: its `next`' })
  cursor?: string;

  @OneOf(['hi', 'en'], { optional: true, description: 'Language of the page' })
  lang?: string;
}

/** The id in an address. */
export class IdParam {
  @Id()
  id: string;
}
