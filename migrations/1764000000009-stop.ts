import { ForwardOnly } from './forward-only.js';
import { gateFunction, isActor, isLinked, LINK, MEMBER, STAFF, SYSTEM } from './policies.js';

/** Who asked to stop leaves every queue at once, whoever hears it. */
export class Stop1764000000009 extends ForwardOnly {
  name = 'Stop1764000000009';
  protected readonly statements = [
    `
    -- Ends the follow-up and the open assignment of somebody the caller may act for: in their territory, assigned to them,
    -- or the person whose link it is. Members and links have no UPDATE on these; this one change is theirs.
    CREATE FUNCTION gate.close_contact(of_person uuid, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH closed AS (
        UPDATE people p
           SET closed_at = coalesce(p.closed_at, now()), follow_up_on = NULL, follow_up_why = NULL,
               assigned_to = NULL, assigned_at = NULL, team_id = NULL
         WHERE p.id = of_person
           AND CASE current_setting('role')
                 WHEN '${LINK}' THEN ${isLinked('p.id', 'person_id')}
                 ELSE p.path >= nullif(current_setting('app.scope_from', true), '')
                  AND p.path < nullif(current_setting('app.scope_to', true), '')
                  AND (current_setting('role') IN ('${STAFF}', '${SYSTEM}') OR ${isActor('p.assigned_to')})
               END
        RETURNING p.id
      )
      UPDATE assignments a
         SET state = 'closed', closed_at = now(), closed_why = reason,
             closed_by = nullif(current_setting('app.user_id', true), '')::uuid
        FROM closed
       WHERE a.person_id = closed.id AND a.closed_at IS NULL;
    $$;
    `,
    gateFunction('gate.close_contact(uuid, text)', `${STAFF}, ${MEMBER}, ${SYSTEM}, ${LINK}`),
  ];
}
