import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { channels } from './consent/purposes.js';
import { PLATFORMS } from './platforms.js';

interface Options {
  optional?: boolean;
  description?: string;
  /** Words that are allowed beside them. */
  or?: readonly string[];
}

/** A code out of a list that is data: asked when the value comes, not when the program starts. */
const oneOfThese = (allowed: () => readonly string[], { optional, description, or = [] }: Options) =>
  applyDecorators(
    ApiProperty({ type: String, required: !optional, description, example: [...allowed(), ...or].join(', ') }),
    Transform(({ value }: { value: unknown }) => (value === '' || value === null ? undefined : value)),
    ...(optional ? [IsOptional()] : []),
    ValidateBy({
      name: 'isKnownCode',
      validator: { validate: (value: unknown) => [...allowed(), ...or].includes(value as string) },
    }),
  );

/** The code of a platform. */
export const OnePlatform = (options: Options = {}) => oneOfThese(() => PLATFORMS.map(({ code }) => code), options);

/** Phone, email or the code of a platform. */
export const OneChannel = (options: Options = {}) => oneOfThese(channels, options);
