import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsObject } from 'class-validator';

/** Longer than what any authenticator answers. */
const MAX = 30_000;

/** What the browser got from a passkey (`PublicKeyCredential.toJSON()`): an object, or its text in a form's hidden field. */
export const Credential = () =>
  applyDecorators(
    ApiProperty({ type: Object, description: 'PublicKeyCredential.toJSON()' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? parse(value) : value)),
    IsObject(),
  );

function parse(text: string): unknown {
  if (text.length > MAX) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
