import { ForwardOnly } from './forward-only.js';
import { GATE, gateFunction, setting, STAFF, SYSTEM } from './policies.js';

/** The words of a key behind the beginning of the path, for a level that is there; see name_tokens. */
const atDepth = (depth: number, words: string) =>
  `CASE WHEN length(path) >= ${depth} THEN ' ' || left(path, ${depth}) || '/' || replace(${words}, ' ', ' ' || left(path, ${depth}) || '/') ELSE '' END`;

const INITIALS = `regexp_replace(name_key, '(\\S)\\S*', '\\1.', 'g')`;
const WORDS = `name_key || ' ' || ${INITIALS}`;

/**
 * A name is found by any of its words. An index over what is in `people` already: nothing to keep in step when somebody is
 * renamed, moved or erased. GIN because it is small (30 MB for a million people; a row per word takes 380 MB) and begins
 * with the rarest word; behind a function, because its operators aren't leakproof, so that a row policy would keep the
 * planner from it.
 */
export class NameSearch1764000000016 extends ForwardOnly {
  name = 'NameSearch1764000000016';
  protected readonly statements = [
    `
    -- What somebody can be found by: each word of the key and its first letter, by themselves and behind the path of the first
    -- two levels below the root. In a district of a large state a common name then leads to the people of that district only.
    CREATE FUNCTION name_tokens(name_key text, path text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
      CASE WHEN name_key = '' THEN ''::tsvector
           ELSE array_to_tsvector(string_to_array(${WORDS} || ${atDepth(8, `(${WORDS})`)} || ${atDepth(12, `(${WORDS})`)}, ' ')) END;
    -- What was added last lies in a list that each search reads through: short, so that an import doesn't slow them down.
    CREATE INDEX people_by_words ON people USING gin (name_tokens(name_key, path)) WITH (gin_pending_list_limit = 1024);

    -- People of the actor's territory between two paths who have these words; where beginnings are given, one word at least
    -- begins so. In no order. The condition on the path is written so that no other index serves it.
    CREATE FUNCTION gate.people_by_words(words tsquery, beginnings text[], from_path text, to_path text, at_most integer)
    RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
    SET work_mem = '16MB' SET jit = off AS $$
      SELECT p.id FROM people p
       WHERE name_tokens(p.name_key, p.path) @@ words
         AND p.path || '' >= greatest(from_path COLLATE "C", ${setting('scope_from')}) AND p.path || '' < least(to_path COLLATE "C", ${setting('scope_to')})
         AND ${setting('scope_from')} IS NOT NULL AND ${setting('scope_to')} IS NOT NULL
         AND (beginnings IS NULL OR ' ' || p.name_key LIKE ANY (beginnings))
       LIMIT at_most;
    $$;
    -- By which rules the names in the register are keyed; another version than the program's means that keys are to be made anew.
    INSERT INTO installation (key, value) VALUES ('name_key', '1');
    GRANT SELECT, UPDATE ON installation TO ${GATE};
    GRANT SELECT ON installation TO ${SYSTEM};
    CREATE FUNCTION gate.note_name_key(version text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
      $$ UPDATE installation SET value = version WHERE key = 'name_key' $$;
    -- A code of a place: who lives there.
    CREATE INDEX people_by_pin ON people (pin, path, id) WHERE pin IS NOT NULL;
    `,
    gateFunction('gate.note_name_key(text)', SYSTEM),
    gateFunction('gate.people_by_words(tsquery, text[], text, text, integer)', `${STAFF}, ${SYSTEM}`),
  ];
}
