import type { ParsedMail } from 'mailparser';

/** Where a mail program puts what was written before: everything from there on is not new. */
const QUOTED_FROM = [
  /^\s*(?:on|am|le|el)\b.{5,200}\b(?:wrote|schrieb|a écrit|escribió)\s*:?\s*$/i,
  /^.{0,200}(?:ने लिखा|ने लिखा है|को लिखा)\s*[:：]?\s*$/,
  /^\s*-{2,}\s*(?:original message|forwarded message|मूल संदेश|अग्रेषित संदेश|मूल मैसेज).*$/i,
  /^\s*(?:begin forwarded message|from|sent|प्रेषक|द्वारा|भेजने वाला)\s*:\s*\S.*$/i,
  /^_{10,}\s*$/,
];
/** An attribution that broke over two lines. */
const ATTRIBUTION_BEGINS = /^\s*(?:on\s.+|.+\s(?:को|पर|बजे)\s.*)$/i;
/** RFC 3676, section 4.3; and what phones add. */
const SIGNED_FROM = [
  /^--\s*$/,
  /^\s*(?:sent from|get outlook for|sent via|sent with)\b.*$/i,
  /^.{0,40}(?:से भेजा गया|से प्रेषित|के द्वारा भेजा गया).{0,20}$/,
];

/** A reply longer than this is none; what is behind it says nothing that we need. */
const LONGEST = 200_000;
const LONGEST_LINE = 2_000;

/** What is new in a reply: without what it quotes and without its signature. */
export function newWords(mail: Pick<ParsedMail, 'text' | 'html'>): string {
  const plain = mail.text ? withoutQuotes(mail.text.slice(0, LONGEST)) : '';
  // mailparser makes a text out of mere HTML; what is quoted can be told only in the HTML itself.
  if (mail.html) {
    const shown = withoutQuotes(textOfHtml(mail.html.slice(0, LONGEST)));
    if (!plain || shown.length < plain.length) return shown;
  }
  return plain;
}

function withoutQuotes(text: string): string {
  const lines = text
    .replaceAll('\r\n', '\n')
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line) => line.slice(0, LONGEST_LINE));
  const kept: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (/^\s*[>＞|]/.test(line)) {
      // Who writes below what they quote goes on after it; the line that names its writer goes with it.
      dropAttribution(kept);
      continue;
    }
    const joined = `${line} ${lines[at + 1] ?? ''}`;
    if (
      QUOTED_FROM.some((mark) => mark.test(line)) ||
      (ATTRIBUTION_BEGINS.test(line) && QUOTED_FROM.slice(0, 2).some((mark) => mark.test(joined)))
    ) {
      if (!lines.slice(at + 1).some((later) => /^\s*[>＞]/.test(later))) break;
      continue;
    }
    if (SIGNED_FROM.some((mark) => mark.test(line))) break;
    kept.push(line);
  }
  return kept.join('\n').trim();
}

function dropAttribution(kept: string[]): void {
  while (kept.length && !kept.at(-1)!.trim()) kept.pop();
  if (
    kept.length &&
    QUOTED_FROM.slice(0, 2).some((mark) => mark.test(kept.slice(-2).join(' ')) || mark.test(kept.at(-1)!))
  )
    kept.pop();
}

/** Elements that hold what was written before, or nothing to read. */
const QUOTES =
  /gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|protonmail_quote|zmail_extra/i;
const ENDS_ALL = /id\s*=\s*["']?(?:divRplyFwdMsg|appendonsend|stopSpelling)/i;
const SILENT = new Set(['style', 'script', 'head', 'title', 'blockquote']);
const VOID = new Set(['br', 'hr', 'img', 'meta', 'link', 'input', 'col', 'area', 'base', 'wbr']);
const BREAKS = new Set(['br', 'p', 'div', 'tr', 'li', 'h1', 'h2', 'h3', 'table', 'hr', 'blockquote']);

/** The words of an HTML part that its writer sees as their own, line by line. */
export function textOfHtml(html: string): string {
  const out: string[] = [];
  let skipping: { name: string; depth: number } | null = null;
  for (const [token] of html.replace(/<!--[\s\S]*?-->/g, '').matchAll(/<[^>]*>|[^<]+/g)) {
    const tag = /^<\s*(\/?)\s*([a-z][a-z0-9]*)/i.exec(token);
    if (!tag) {
      if (!skipping && !token.startsWith('<')) out.push(token.replace(/[ \t\r\n]+/g, ' '));
      continue;
    }
    const [closes, name] = [tag[1] === '/', tag[2]!.toLowerCase()];
    if (skipping) {
      if (name === skipping.name && !VOID.has(name)) skipping.depth += closes ? -1 : 1;
      if (skipping.depth === 0) skipping = null;
      continue;
    }
    if (!closes && ENDS_ALL.test(token)) break;
    if (!closes && !VOID.has(name) && !/\/>$/.test(token) && (SILENT.has(name) || QUOTES.test(token)))
      skipping = { name, depth: 1 };
    if (BREAKS.has(name)) out.push('\n');
  }
  return unescape(out.join(''))
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', rsquo: '’', lsquo: '‘', zwj: '', zwnj: '' }; // prettier-ignore

const unescape = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : parseInt(hex!, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
