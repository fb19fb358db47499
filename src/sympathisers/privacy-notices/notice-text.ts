/** One line of what we keep: which data, what for, for how long, who sees it (DPDP Rules 2025, rule 3: itemised). */
export interface NoticeItem {
  data: string;
  why: string;
  keep: string;
  seen: string;
}

/** A notice in one language. */
export interface NoticeText {
  title: string;
  /** The short form: read out, printed on a form, put into a mail. */
  say: string;
  items: NoticeItem[];
  /** Who is responsible, and how to reach them. */
  responsible: string;
  /** What people may ask for, and how. */
  rights: string;
  /** Where to complain, with an address. */
  complaint: string;
}

export const NOTICE_PARTS = ['title', 'say', 'items', 'responsible', 'rights', 'complaint'] as const;
export type NoticePart = (typeof NOTICE_PARTS)[number];

export const emptyNotice = (): NoticeText => ({
  title: '',
  say: '',
  items: [],
  responsible: '',
  rights: '',
  complaint: '',
});

/**
 * What is missing before a text may be published: parts that are blank, `items` also where a line of them is not complete.
 * @param text null or undefined where there is none in that language
 */
export function missingIn(text: NoticeText | null | undefined): NoticePart[] {
  if (!text) return [...NOTICE_PARTS];
  return NOTICE_PARTS.filter((part) =>
    part === 'items'
      ? !text.items.length || text.items.some((item) => !item.data || !item.why || !item.keep || !item.seen)
      : !text[part],
  );
}

/** Languages written from right to left, of those that forms offer. */
const RIGHT_TO_LEFT = new Set(['ur', 'sd']);
export const directionOf = (language: string): 'ltr' | 'rtl' => (RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr');
