import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, MaxLength, ValidateBy } from 'class-validator';
import { isDay } from '../platform/formats/day.js';

/** Several short texts: an array, repeated fields, or one field with commas or lines. */
export const Several = (options: { max?: number; length?: number; description?: string } = {}) =>
  applyDecorators(
    ApiProperty({ type: [String], required: false, maxItems: options.max ?? 10, description: options.description }),
    Transform(({ value }: { value: unknown }) =>
      value === undefined || value === null
        ? undefined
        : (Array.isArray(value) ? value : [value])
            .flatMap((one: unknown) => (typeof one === 'string' ? one.split(/[,;\n]+/) : [one]))
            .map((one: unknown) => (typeof one === 'string' ? one.normalize('NFC').trim() : one))
            .filter((one: unknown) => one !== ''),
    ),
    IsOptional(),
    IsArray(),
    ArrayMaxSize(options.max ?? 10, { context: { max: options.max ?? 10 } }),
    IsString({ each: true }),
    MaxLength(options.length ?? 300, { each: true, context: { max: options.length ?? 300 } }),
  );

/** Some of a few codes, ticked: an array or repeated fields. */
export const SomeOf = (values: readonly string[], description: string) =>
  applyDecorators(
    ApiProperty({ type: [String], enum: [...values], isArray: true, required: false, description }),
    Transform(({ value }: { value: unknown }) =>
      value === undefined ? value : [value].flat().filter((one: unknown) => one !== ''),
    ),
    IsOptional(),
    IsArray(),
    ArrayUnique(),
    IsIn(values, { each: true, context: { values: values.join(', ') } }),
  );

/** A text that can be emptied: blank is null, absent is "as it was". */
export const Clearable = (options: { max?: number; description?: string } = {}) =>
  applyDecorators(
    ApiProperty({
      type: String,
      required: false,
      nullable: true,
      maxLength: options.max ?? 200,
      description: options.description,
    }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string'
        ? value.normalize('NFC').trim() || null
        : typeof value === 'number'
          ? String(value)
          : value,
    ),
    IsOptional(),
    IsString(),
    MaxLength(options.max ?? 200, { context: { max: options.max ?? 200 } }),
  );

/** A day that can be taken away: blank is null, absent is "as it was". */
export const ClearableDay = (options: { description?: string } = {}) =>
  applyDecorators(
    ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: options.description }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || null : value)),
    IsOptional(),
    ValidateBy({ name: 'isDay', validator: { validate: isDay } }),
  );
