/** Kinds of personal data, as a report names them. */
export const DATA_KINDS = [
  'name',
  'place',
  'contact',
  'handles',
  'language',
  'consent',
  'history',
  'attendance',
] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/**
 * What stood in an answer, by the word of its entry in the trail. An action that isn't here counts as everything: a report
 * says rather too much than too little.
 */
const SHOWN: Record<string, readonly DataKind[]> = {
  'assignment.list': ['name', 'place'],
  'attempt.list': ['name', 'history'],
  'attendance.list': ['name', 'attendance'],
  'attendance.exported': ['name', 'attendance'],
  'event.door': ['name', 'attendance'],
  'event.silent': ['name', 'attendance'],
  'invitation.list': ['name', 'attendance'],
  'sympathiser.list': ['name', 'place', 'contact', 'handles', 'language', 'consent'],
  'sympathiser.matched': ['name', 'place'],
};

/** The words of the entries in which a kind of data is known not to have stood. */
export const actionsWithout = (kind: DataKind): string[] =>
  Object.entries(SHOWN)
    .filter(([, kinds]) => !kinds.includes(kind))
    .map(([action]) => action);

/** What stood in the answers of such entries, in the order of the list. */
export const kindsIn = (actions: string[]): DataKind[] =>
  DATA_KINDS.filter((kind) => actions.some((action) => !SHOWN[action] || SHOWN[action].includes(kind)));
