import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { Invalid, NotFound, type FieldProblem } from '../errors.js';
import { freeTextProblem } from '../free-text/free-text-problem.js';
import { FREE_TEXT } from './free-text.decorator.js';

/** Inputs are classes; whatever they do not name is refused, and each problem names its field. */
export const inputValidation = () =>
  new InputValidation({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => new Invalid(errors.flatMap((error) => problemsOf(error, ''))),
  });

/** An address with something in it that is no id names nothing that is there. */
class InputValidation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      throw metadata.type === 'param' && error instanceof Invalid ? new NotFound() : error;
    }
  }
}

function problemsOf(error: ValidationError, prefix: string): FieldProblem[] {
  const field = prefix + error.property;
  const nested = (error.children ?? []).flatMap((child) => problemsOf(child, `${field}.`));
  // A missing value breaks every rule at once; one of them is enough to say.
  const missing = error.value === undefined || error.value === null || error.value === '';
  const names = Object.keys(error.constraints ?? {});
  if (missing && names.length && !names.includes('whitelistValidation'))
    return [{ field, key: 'validation.missing' }, ...nested];
  if (names[0] === FREE_TEXT) return [freeTextProblem(field, error.value as string), ...nested];
  return [
    ...names
      .slice(0, 1)
      .map((name) => ({ field, key: `validation.${name}`, params: (error.contexts?.[name] ?? {}) as never })),
    ...nested,
  ];
}
