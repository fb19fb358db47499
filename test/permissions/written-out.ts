import { expectedOf, PLACES, ROLE_CODES, type Row } from './rows.js';
import { tables } from './tables.js';

/** The table of permissions for people: docs/permissions.md, made by `npm run docs` and compared by the test. */
export function writtenOut(): string {
  const lines = [
    '# Who may do what',
    '',
    'Made by `npm run docs` from the table that `test/permissions.spec.ts` walks: every route, as every role that comes with the',
    'program, for a thing in its own territory, below, beside and above. A status alone is the answer for a thing in one’s own',
    'territory and below it; beside and above it is 404, as if it were not there. Other answers are written beside their place.',
    '“–” is 403: not with this role. Nobody in particular gets 401, or is sent to sign in.',
    '',
  ];
  for (const { domain, rows } of tables) {
    const open = rows.filter((row) => typeof row.allowed === 'string');
    const held = rows.filter((row) => typeof row.allowed !== 'string');
    lines.push(`## ${domain}`, '');
    if (held.length) {
      lines.push(`| route | ${ROLE_CODES.map((role) => role.replaceAll('_', ' ')).join(' | ')} |`);
      lines.push(`|---|${ROLE_CODES.map(() => '---|').join('')}`);
      for (const row of held)
        lines.push(`| \`${row.route}\` | ${ROLE_CODES.map((role) => cell(row, role)).join(' | ')} |`);
      lines.push('');
    }
    for (const row of open)
      lines.push(`- \`${row.route}\`: ${row.allowed === 'anyone' ? 'for everybody' : 'for everybody signed in'}`);
    if (open.length) lines.push('');
  }
  return lines.join('\n');
}

function cell(row: Row, role: (typeof ROLE_CODES)[number]): string {
  if (typeof row.allowed === 'string' || row.allowed[role] === undefined) return '–';
  if (!row.thing || row.everywhere) return expectedOf(row, role, 'own');
  // Nothing lies beside or above the whole.
  const places = role === 'state_admin' ? PLACES.slice(0, 2) : PLACES;
  const own = expectedOf(row, role, 'own');
  const unusual = places.filter(
    (place) => expectedOf(row, role, place) !== (place === 'own' || place === 'below' ? own : '404'),
  );
  return [own, ...unusual.map((place) => `${place} ${expectedOf(row, role, place)}`)].join(', ');
}
