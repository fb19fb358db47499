import { ForwardOnly } from './forward-only.js';

/** What this installation is: `kind` is `demo` where the demo made it. */
export class Installation1764000000010 extends ForwardOnly {
  name = 'Installation1764000000010';
  protected readonly statements = [
    `CREATE TABLE installation (key text PRIMARY KEY, value text NOT NULL);
     GRANT SELECT ON installation TO sampark_app;`,
  ];
}
