import 'reflect-metadata';
import { beforeAll, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FREE_TEXT } from '../src/platform/web/free-text.decorator.js';

/** Longer than a name; what is as long as this is a sentence, unless it is one of the fields below. */
const A_SENTENCE = 150;
const SRC = resolve(import.meta.dirname, '../src');

/** Names of fields in which nobody writes in their own words, wherever they stand. */
const NEVER_SENTENCES =
  /\.(cursor|next|return_to|e?mails?|phones?|login|token|handle|(current_)?password(_repeat)?|territor(y|ies)|(id|chat|profile)Link|name_(en|hi)|point|via)$/;
/** Other long fields without sentences about people, and what stands in them instead. */
const OTHER: Record<string, string> = {
  'AddCoverage.value': 'a PIN, a code or the name of a place',
  'AddCoverageRows.rows': 'rows of codes',
  'AddSympathiserDto.name': 'a name: what would be a caste in a sentence is who they are',
  'CorrectSympathiserDto.name': 'a name',
  'DoorHelperDto.who': 'a name, e-mail or mobile number',
  'AskDto.contact': 'a mail address or a phone',
  'Confirmation.originals': 'where the papers lie',
  'CorrectDto.name': 'a name',
  'JoinDto.reference': 'the field that only programs fill in; never kept',
  'JoinDto.seal': 'a signed time',
  'LetterBody.text': 'a letter to the person themself, who may have asked just that',
  'NewRequestBody.name': 'a name',
  'NomineeDto.contact': 'a mail address or a phone',
  'OwnRequestDto.contact': 'a mail address or a phone',
  'OwnRequestDto.words': 'the person’s own words about themself; answered, and erased with them',
  'HistoryQuery.earlier': 'a place in the history; never kept',
  'NoticeTextDto.complaint': 'a published notice names kinds of data on purpose',
  'NoticeTextDto.data': 'as above',
  'NoticeTextDto.keep': 'as above',
  'NoticeTextDto.responsible': 'as above',
  'NoticeTextDto.rights': 'as above',
  'NoticeTextDto.say': 'as above',
  'NoticeTextDto.seen': 'as above',
  'NoticeTextDto.why': 'as above',
  'SympathiserListQuery.q': 'what is searched for; never kept',
  'AnnouncedUpload.name': 'the name of a file, which goes with it',
  'CodeBody.code': 'a code that is checked and not kept',
  'EventDto.place': 'a place',
  'PreviewCoverage.value': 'a PIN, a code or the name of a place',
};

interface Field {
  name: string;
  longest: number;
  checked: boolean;
}

let fields: Field[];
beforeAll(async () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dto.ts'));
  const classes = new Set<unknown>();
  for (const file of files)
    for (const one of Object.values((await import(join(SRC, file))) as Record<string, unknown>))
      if (typeof one === 'function') classes.add(one);
  fields = [...classes].flatMap((one) => fieldsOf(one as new () => object));
});

function fieldsOf(dto: new () => object): Field[] {
  const checks = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
  const byField = new Map<string, typeof checks>();
  for (const check of checks) byField.set(check.propertyName, [...(byField.get(check.propertyName) ?? []), check]);
  return [...byField].flatMap(([property, all]) => {
    const longest = all.find((check) => check.name === 'maxLength')?.constraints[0] as number | undefined;
    if (longest === undefined) return [];
    return [{ name: `${dto.name}.${property}`, longest, checked: all.some((check) => check.name === FREE_TEXT) }];
  });
}

it('looks through every field of free text for what must not be kept', () => {
  const unwatched = fields.filter(
    ({ name, longest, checked }) =>
      longest >= A_SENTENCE && !checked && !NEVER_SENTENCES.test(name) && !(name in OTHER),
  );
  expect(unwatched.map(({ name }) => name).sort()).toEqual([]);
});

it('names no field as something else that is looked through, or isn’t there', () => {
  const unchecked = new Set(fields.filter(({ checked }) => !checked).map(({ name }) => name));
  expect(Object.keys(OTHER).filter((name) => !unchecked.has(name))).toEqual([]);
});

it('knows a field of free text when it sees one', () => {
  expect(fields.filter(({ checked }) => checked).length).toBeGreaterThan(15);
});
