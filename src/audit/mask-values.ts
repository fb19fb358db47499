/** Fields whose values are no personal data: words of ours, places, times, figures. Anything else of text is masked. */
const OPEN = new Set([
  'answer', 'guests', 'standing', 'capacity', 'startsAt', 'endsAt', 'zone', 'titleEn', 'titleHi', 'place', 'language',
  'channel', 'purpose', 'purposes', 'state', 'kind', 'platform', 'role', 'territory', 'level', 'source', 'cameBy',
]); // prettier-ignore
const NAME = /name/i;
const PHONE = /phone|mobile|whatsapp/i;
const MAIL = /mail/i;

/**
 * Values as they may be shown to whoever reads the trail: enough to see what kind of change it was, too little to know
 * somebody by it. Names keep initials, phones two digits, mails a letter and their last label, other texts only a length.
 * @param values before or after of an entry, of any depth
 */
export function maskValues(values: unknown, field = ''): unknown {
  if (Array.isArray(values)) return values.map((value) => maskValues(value, field));
  if (values !== null && typeof values === 'object')
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, maskValues(value, key)]));
  // A year of birth, a PIN: figures about a person say more than they seem to.
  if (typeof values === 'number') return OPEN.has(field) ? values : '•'.repeat(String(values).length);
  if (typeof values !== 'string' || !values || OPEN.has(field)) return values;
  return maskText(values, field);
}

function maskText(text: string, field: string): string {
  if (MAIL.test(field) || /^\S+@\S+\.\S+$/.test(text)) return maskMail(text);
  if (PHONE.test(field) || /^\+?[\d\s-]{7,}$/.test(text)) return maskPhone(text);
  if (NAME.test(field)) return maskName(text);
  return `${'•'.repeat(3)} (${[...text].length})`;
}

function maskMail(text: string): string {
  const [local = '', domain = ''] = text.split('@');
  const label = domain.split('.').at(-1) ?? '';
  return `${[...local][0] ?? ''}•••@•••${label && domain.includes('.') ? `.${label}` : ''}`;
}

const maskPhone = (text: string) => {
  const digits = text.replace(/\D/g, '');
  return digits.length > 4 ? `${'•'.repeat(digits.length - 2)}${digits.slice(-2)}` : '••••';
};

/** By what a reader takes for one letter: a vowel sign stays with its consonant. */
const letters = new Intl.Segmenter('hi', { granularity: 'grapheme' });
const maskName = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => `${[...letters.segment(word)][0]?.segment ?? ''}…`)
    .join(' ');
