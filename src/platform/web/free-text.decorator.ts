import { ValidateBy, type ValidationArguments } from 'class-validator';
import { kindsOf } from '../free-text/free-text-problem.js';
import { isExcusable, scan } from '../free-text/scan.js';
import { requestContext } from './request-context.js';

/** The name of this check among those of a field. */
export const FREE_TEXT = 'freeText';

interface FreeTextOptions {
  /**
   * A program sends it later, from a queue on a device, with `client_id` and `device_at`, when nobody is there to put it
   * otherwise: the handler takes the text out itself (`withheld`), and what happened is kept.
   */
  laterFromDevice?: boolean;
}

/**
 * Beside `@Text`, where somebody writes in their own words: what must not be kept of anybody (caste, religion, health, numbers
 * of papers and banks, passwords) is refused, and they are asked to put it otherwise. Nothing is saved until then.
 */
export const FreeText = (options: FreeTextOptions = {}): PropertyDecorator =>
  ValidateBy({
    name: FREE_TEXT,
    validator: {
      validate: (value: unknown, args?: ValidationArguments) =>
        typeof value !== 'string' || mayStay(value, args!) || (!!options.laterFromDevice && isFromDevice(args!.object)),
    },
  });

function mayStay(text: string, { property }: ValidationArguments): boolean {
  const found = scan(text);
  if (!found.length) return true;
  const context = requestContext.getStore();
  if (!context?.notAboutPerson || !found.every(({ kind }) => isExcusable(kind))) return false;
  (context.keptAsWritten ??= []).push({ field: property, kinds: kindsOf(found) });
  return true;
}

/** Sent by a program, about something that happened before: a page is answered at once, with its reader before it. */
export function isFromDevice(dto: object): boolean {
  const { client_id, device_at } = dto as { client_id?: unknown; device_at?: unknown };
  return !requestContext.getStore()?.forPage && client_id !== undefined && device_at !== undefined;
}
