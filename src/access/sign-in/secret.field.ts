import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Longer than any password we take, so that the rule for new ones speaks, and short enough to hash. */
const MAX = 1000;

/** A password or code: taken exactly as typed, blanks at its ends included. */
export const Secret = (options: { optional?: boolean; description?: string } = {}) =>
  applyDecorators(
    ApiProperty({ type: String, format: 'password', required: !options.optional, description: options.description }),
    Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value)),
    ...(options.optional ? [IsOptional()] : []),
    IsString(),
    MaxLength(MAX, { context: { max: MAX } }),
  );
