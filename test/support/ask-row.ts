import type { Asked, Made, Row } from '../permissions/rows.js';
import { pathOf } from '../permissions/tables.js';
import type { Answer } from './client.js';
import type { Sampark } from './sampark.js';

/** A thing of a row of the table of permissions, and who asks for it. */
export interface Question {
  asked: Asked;
  made: Made;
}

/** Asks for the thing as the row says, so that it can succeed. */
export async function ask(
  sampark: Sampark,
  row: Row,
  { asked, made }: Question,
  headers: Record<string, string>,
): Promise<Answer> {
  const [method, pattern] = row.route.split(' ') as ['GET' | 'POST', string];
  const path = pathOf(row, pattern, made);
  const sent = row.send?.(made, asked);
  if (method === 'GET')
    return sampark
      .as()
      .get(sent ? `${path}?${new URLSearchParams(sent as Record<string, string>).toString()}` : path, headers);
  if (row.file)
    return sampark
      .as()
      .upload(
        path,
        { name: 'list.csv', content: row.file(made, asked) },
        (sent ?? {}) as Record<string, string>,
        headers,
      );
  return sampark.as().send(method, path, sent ?? {}, headers);
}
