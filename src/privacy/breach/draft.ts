import type { BreachDetail } from './breach.queries.js';
import type { DraftName } from './breach.dto.js';

/** A part of a draft: its heading and what is said under it; an empty one is still to be written. */
export interface Section {
  title: string;
  lines: string[];
}

/** What the words of a draft are made with. */
export interface Say {
  (key: string, params?: Record<string, string | number>): string;
}

export interface Letterhead {
  organisation: string;
  /** Who answers questions: a name, and how to reach them. */
  contact: string;
  moment: (at: Date) => string;
  place: (place: { name_en: string; name_hi: string }) => string;
}

/**
 * The parts that the law asks for, in its order, filled with what is known.
 * board: DPDP Rules 2025, rule 7(2)(a); details: rule 7(2)(b), GDPR Art. 33(3); people: rule 7(1), GDPR Art. 34(2)
 */
export function draftOf(draft: DraftName, breach: BreachDetail, say: Say, head: Letterhead): Section[] {
  const part = (name: string, ...lines: (string | null | undefined)[]): Section => ({
    title: say(`breach.draft.${name}`),
    lines: lines.filter((line): line is string => !!line),
  });
  const { moment } = head;
  const when = say('breach.draft.when_line', { from: moment(breach.first ?? breach.from), to: moment(breach.last ?? breach.to), aware: moment(breach.awareAt) }); // prettier-ignore
  const where = say('breach.draft.where_line', { place: [head.place(breach.territory), ...breach.territories.map(head.place)].filter((one, i, all) => all.indexOf(one) === i).join(', ') }); // prettier-ignore
  const kinds = breach.kinds.map(({ kind, people }) => say('breach.draft.kind_line', { kind: say(`breach.data.${kind}`), n: people })); // prettier-ignore
  const what = part('nature', breach.nature);
  const consequences = part('consequences', breach.consequences);
  const measures = part('measures', breach.measures);
  const contact = part('contact', head.contact);
  if (draft === 'people')
    return [
      part('what_happened', breach.nature, say('breach.draft.of_you', { kinds: breach.kinds.map(({ kind }) => say(`breach.data.${kind}`)).join(', ') }), when), // prettier-ignore
      part('consequences_for_you', breach.consequences),
      part('what_we_did', breach.measures),
      part('what_you_can_do', say('breach.draft.you_can')),
      contact,
    ];
  const extent = part('extent', say('breach.draft.extent_line', { n: breach.people, erased: breach.erased }), ...kinds, breach.changed ? say('breach.draft.changed_line', { n: breach.changed }) : null); // prettier-ignore
  const first = [what, extent, part('timing', when, where), consequences];
  if (draft === 'board') return [...first, contact];
  const of = (step: string) => breach.steps.filter((one) => one.step === step);
  const told = breach.peopleToldAt ? say('breach.draft.told_line', { at: moment(breach.peopleToldAt) }) : say('breach.draft.not_told_line'); // prettier-ignore
  return [
    ...first,
    part('facts', ...of('decision').map(({ note, at }) => `${moment(at)}: ${note}`)),
    measures,
    part('who_caused', breach.actors.length ? say('breach.draft.actors_line', { n: breach.actors.length }) : null),
    part('prevention', breach.prevention),
    part('intimations', told),
    contact,
  ];
}

/** The draft as a text, to be copied into a mail or the Board's form. */
export const asText = (title: string, sections: Section[], unsaid: string): string =>
  [title, ...sections.map((one) => [one.title, ...(one.lines.length ? one.lines : [unsaid])].join('\n'))].join('\n\n') +
  '\n';
