import { ForwardOnly } from './forward-only.js';
import { gateFunction } from './policies.js';

/** What this installation is: `kind` is `demo` where the demo made it. */
export class Installation1764000000010 extends ForwardOnly {
  name = 'Installation1764000000010';
  protected readonly statements = [
    `CREATE TABLE installation (key text PRIMARY KEY, value text NOT NULL);
     GRANT SELECT ON installation TO sampark_app;
     -- Has anybody worked here yet? Yes or no.
     CREATE FUNCTION gate.any_user() RETURNS boolean
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT EXISTS (SELECT FROM users)';`,
    gateFunction('gate.any_user()', 'sampark_app'),
  ];
}
