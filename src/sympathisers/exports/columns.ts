import type { Locale } from '../../platform/i18n/locale.js';
import { handleAsRead } from '../handle.js';
import type { OpenPoint, PersonCard } from '../person-cards.js';

/** What an export can hold of somebody, in the order of the file. */
export const COLUMNS = [
  'name',
  'territory',
  'language',
  'pin',
  'phones',
  'emails',
  'handles',
  'skills',
  'assigned',
  'last_contact',
  'source',
  'id',
] as const;
export type ColumnName = (typeof COLUMNS)[number];

/** Somebody as the file has them. */
export interface ExportedPerson {
  card: PersonCard;
  /** The points that may go out: those the ledger allows, or every one that is alive and not stopped. */
  points: OpenPoint[];
  skills: string[];
  source: string | null;
}

interface Wording {
  locale: Locale;
  language: (code: string) => string;
  channel: (code: string) => string;
  day: (at: Date) => string;
}

/** One cell of somebody's row. */
export function cellOf(column: string, { card, points, skills, source }: ExportedPerson, say: Wording): string {
  const values = (test: (channel: string) => boolean) => points.filter(({ channel }) => test(channel));
  const joined = (found: OpenPoint[]) => found.map(({ value }) => value).join(', ');
  switch (column as ColumnName) {
    case 'name':
      return card.name;
    case 'territory':
      return card.territory.name;
    case 'language':
      return card.language ? say.language(card.language) : '';
    case 'pin':
      return card.address.pin ?? '';
    case 'phones': {
      const whatsapp = values((channel) => channel === 'whatsapp').filter(({ value }) => value.startsWith('+'));
      return [...new Set([...values((channel) => channel === 'phone'), ...whatsapp].map(({ value }) => value))].join(
        ', ',
      );
    }
    case 'emails':
      return joined(values((channel) => channel === 'email'));
    case 'handles':
      return values((channel) => channel !== 'phone' && channel !== 'email')
        .filter(({ value }) => !value.startsWith('+'))
        .map((point) => `${say.channel(point.channel)} ${handleAsRead(point)}`)
        .join(', ');
    case 'skills':
      return skills.join(', ');
    case 'assigned':
      return card.assignedTo?.name ?? '';
    case 'last_contact':
      return card.lastAttemptAt ? say.day(card.lastAttemptAt) : '';
    case 'source':
      return source ?? '';
    case 'id':
      return card.id;
  }
}
