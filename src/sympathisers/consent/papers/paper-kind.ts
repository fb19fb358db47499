export const PAPER_KINDS = ['image/jpeg', 'image/png', 'application/pdf'] as const;
export type PaperKind = (typeof PAPER_KINDS)[number];

/** How each begins (JFIF/Exif; PNG, section 5.2; ISO 32000-1, 7.5.2). */
const BEGINNINGS: [PaperKind, Buffer][] = [
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['application/pdf', Buffer.from('%PDF-1.')],
];

/** What the bytes are, whatever the file was called; null for anything that isn't a picture or a PDF. */
export const paperKind = (bytes: Buffer): PaperKind | null =>
  BEGINNINGS.find(([, beginning]) => bytes.subarray(0, beginning.length).equals(beginning))?.[0] ?? null;
