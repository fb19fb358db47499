import type { QueryRunner } from 'typeorm';
import { digestOfValues } from '../src/platform/database/audit-digest.js';
import { ForwardOnly } from './forward-only.js';
import {
  AUDITOR,
  EVERY_ACTOR,
  GATE,
  gateFunction,
  guarded,
  IN_SCOPE,
  isActor,
  policy,
  STAFF,
  SYSTEM,
} from './policies.js';

const OWNER = 'sampark_owner';
const READERS = `${STAFF}, ${SYSTEM}`;
const ACTING = `nullif(current_setting('app.user_id', true), '')::uuid`;
const IS_SYSTEM = `current_setting('app.actor', true) = 'system'`;
const PARTITIONED = { audit_entries: 'at', audit_values: 'at', audit_chain: 'month' };
/** What was written by `tx.shown` before entries said so themselves. */
const SHOWING = `action ~ '\\.(list|shown|silent|door|matched|exported|rejects_fetched)$'`;
const SLICE = 1_000;

/** The trail in monthly partitions, its chain, and notices about what stands in it. */
export class Audit1764000000012 extends ForwardOnly {
  name = 'Audit1764000000012';

  override async up(runner: QueryRunner): Promise<void> {
    await super.up(runner);
    await carryOver(runner);
    for (const statement of this.after) await runner.query(statement);
  }

  protected readonly statements = [
    `
    ALTER TABLE audit_entries RENAME TO audit_entries_before;
    ALTER TABLE audit_values RENAME TO audit_values_before;
    ALTER TABLE audit_entries_before NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE audit_values_before NO FORCE ROW LEVEL SECURITY;

    -- One entry an act or a look. at: the server's clock, right before the commit.
    CREATE TABLE audit_entries (
      at timestamptz NOT NULL,
      id uuid NOT NULL,
      actor_kind text NOT NULL,
      actor_name text,
      user_id uuid,
      grant_id uuid,
      role text,
      -- How far that role reached then: it may have been changed since.
      reach text,
      -- The territory acted in; path is where it happened.
      scope text COLLATE "C",
      session_id uuid,
      token_id uuid,
      -- Where from: the address as the server sees it behind its trusted proxies.
      address text,
      path text COLLATE "C" NOT NULL,
      action text COLLATE "C" NOT NULL,
      -- A look, and not a change.
      shown boolean NOT NULL DEFAULT false,
      subject text,
      subject_id uuid,
      people uuid[] NOT NULL DEFAULT '{}',
      facts jsonb,
      request_id text,
      -- SHA-256 over the salt and the values beside it: they can be erased, and the chain still holds.
      values_digest bytea
    ) PARTITION BY RANGE (at);
    -- Erasable: what was before and after, and the only copy of its salt.
    CREATE TABLE audit_values (
      at timestamptz NOT NULL,
      entry_id uuid NOT NULL,
      path text COLLATE "C" NOT NULL,
      salt bytea NOT NULL,
      before jsonb,
      after jsonb
    ) PARTITION BY RANGE (at);
    -- The seals: each hash covers the one before it and the entry's digest. month: of the sealing, so that it grows with seq.
    CREATE TABLE audit_chain (
      month date NOT NULL,
      seq bigint NOT NULL,
      entry_at timestamptz NOT NULL,
      entry_id uuid NOT NULL,
      digest bytea NOT NULL,
      hash bytea NOT NULL
    ) PARTITION BY RANGE (month);
    CREATE TABLE audit_entries_default PARTITION OF audit_entries DEFAULT;
    CREATE TABLE audit_values_default PARTITION OF audit_values DEFAULT;
    CREATE TABLE audit_chain_default PARTITION OF audit_chain DEFAULT;

    -- Where the chain ends. sealed_to: everything before is sealed; mark_*: what the next sealing may conclude that from.
    CREATE TABLE audit_head (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      seq bigint NOT NULL,
      hash bytea NOT NULL,
      month date NOT NULL,
      signature text,
      sealed_to timestamptz NOT NULL DEFAULT '-infinity',
      mark_at timestamptz NOT NULL DEFAULT '-infinity',
      mark_xmax xid8 NOT NULL DEFAULT '0'
    );
    INSERT INTO audit_head (seq, hash, month) VALUES (0, decode(repeat('00', 32), 'hex'), '-infinity');
    -- What is left of a month that was dropped.
    CREATE TABLE audit_months (
      month date PRIMARY KEY,
      entries bigint NOT NULL,
      first_seq bigint,
      last_seq bigint NOT NULL,
      last_hash bytea NOT NULL,
      signature text NOT NULL,
      dropped_at timestamptz NOT NULL DEFAULT now()
    );
    -- The head of a day as it was mailed and written outside: fixed by the first try, so that a retry says the same.
    CREATE TABLE audit_heads (
      day date PRIMARY KEY,
      seq bigint NOT NULL,
      hash bytea NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      mailed_at timestamptz
    );
    -- Something for the data protection officer to look at.
    CREATE TABLE notices (
      id uuid PRIMARY KEY,
      path text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      day date NOT NULL,
      user_id uuid NOT NULL REFERENCES users (id),
      facts jsonb NOT NULL,
      reviewed_at timestamptz,
      reviewed_by uuid REFERENCES users (id),
      review_note text,
      UNIQUE (kind, user_id, day)
    );
    CREATE INDEX notices_by_path ON notices (path, id DESC);
    `,
    `
    -- Makes partitions for the months from one on, and for whatever months lie in the default ones. Nobody has rights on
    -- a partition: rows come and go through the parent and its policies.
    CREATE FUNCTION gate.audit_make_months(first date, ahead integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE parent text; key text; part text; month date; months date[];
    BEGIN
      FOR parent, key IN VALUES ${Object.entries(PARTITIONED)
        .map((pair) => `('${pair.join("', '")}')`)
        .join(', ')} LOOP
        EXECUTE format('SELECT array_agg(DISTINCT date_trunc(''month'', %I)::date) FROM %I', key, parent || '_default') INTO months;
        FOR month IN
          SELECT (date_trunc('month', first::timestamp) + make_interval(months => step))::date FROM generate_series(0, least(ahead, 240)) step
          UNION SELECT unnest(months) ORDER BY 1
        LOOP
          part := parent || to_char(month, '_YYYY_MM');
          CONTINUE WHEN to_regclass(part) IS NOT NULL OR NOT isfinite(month);
          EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', part, parent);
          EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %2$I < %4$L RETURNING *) INSERT INTO %5$I SELECT * FROM moved',
                         parent || '_default', key, month, (month + interval '1 month')::date, part);
          EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
          EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
          EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                         parent, part, month, (month + interval '1 month')::date);
        END LOOP;
      END LOOP;
    END $$;

    -- Takes a month away, whatever the retention setting says not before it is a year old (DPDP Rules 2025, rule 6(1)(e)),
    -- and not before what is left of it agrees with its chain.
    CREATE FUNCTION gate.audit_drop_month(of_month date, n bigint, first bigint, last bigint, chain_hash bytea, signed text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE parent text;
    BEGIN
      IF of_month <> date_trunc('month', of_month::timestamp) OR of_month >= date_trunc('month', now()) - interval '12 months' THEN
        RAISE EXCEPTION 'The trail of % is not a year old.', of_month;
      END IF;
      IF (n, first, last) IS DISTINCT FROM (
           SELECT (count(*), min(seq), coalesce(max(seq), last)) FROM audit_chain WHERE month = of_month)
         OR (n > 0 AND NOT EXISTS (SELECT FROM audit_chain WHERE month = of_month AND seq = last AND hash = chain_hash)) THEN
        RAISE EXCEPTION 'This is not how the chain of % ends.', of_month;
      END IF;
      INSERT INTO audit_months (month, entries, first_seq, last_seq, last_hash, signature)
      VALUES (of_month, n, first, last, chain_hash, signed);
      FOREACH parent IN ARRAY ARRAY['${Object.keys(PARTITIONED).join("', '")}'] LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I', parent || to_char(of_month, '_YYYY_MM'));
      END LOOP;
    END $$;

    -- What the chain covers of an entry, in the order that is hashed. A later form begins with another word.
    CREATE FUNCTION gate.audit_form(e audit_entries) RETURNS json LANGUAGE sql STABLE AS $$
      SELECT json_build_array('sampark-audit-1', e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        e.actor_kind, e.actor_name, e.user_id, e.grant_id, e.role, e.reach, e.scope, e.session_id, e.token_id, e.address, e.path,
        e.action, e.shown, e.subject, e.subject_id, e.people::text, e.facts, e.request_id, encode(e.values_digest, 'hex'))
    $$;

    CREATE FUNCTION gate.audit_head()
    RETURNS TABLE (seq text, hash text, month text, signature text, sealed_to text, at text, xmin text, xmax text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
      SELECT seq::text, encode(hash, 'hex'), month::text, signature, sealed_to::text, clock_timestamp()::text,
             pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text
        FROM audit_head;
    $$;

    -- Committed entries without a seal, oldest first; behind one of them, where told.
    CREATE FUNCTION gate.audit_unsealed(since timestamptz, after_at timestamptz, after_id uuid, most integer)
    RETURNS TABLE (id uuid, at text, form json)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), gate.audit_form(e)
        FROM audit_entries e
       WHERE e.at >= since AND (after_id IS NULL OR (e.at, e.id) > (after_at, after_id))
         AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_at = e.at AND c.entry_id = e.id AND c.entry_at >= since)
       ORDER BY e.at, e.id LIMIT most;
    $$;

    -- The entries of a month without a seal, or all of them: how many, and since when.
    CREATE FUNCTION gate.audit_waiting(from_at timestamptz, to_at timestamptz) RETURNS TABLE (n bigint, since timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT count(*), min(e.at) FROM audit_entries e
       WHERE e.at >= from_at AND e.at < to_at
         AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_at = e.at AND c.entry_id = e.id AND c.entry_at >= from_at);
    $$;

    -- Adds links behind the head that the caller computed them from. False where somebody else was faster: two sealers
    -- can't fork the chain. links: [{id, at, digest, hash}], in order.
    CREATE FUNCTION gate.audit_append(after_seq bigint, after_hash bytea, links jsonb, signed text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE head audit_head; label date; last_hash bytea;
    BEGIN
      SELECT * INTO head FROM audit_head FOR UPDATE;
      IF head.seq <> after_seq OR head.hash <> after_hash THEN RETURN false; END IF;
      SELECT greatest(head.month, date_trunc('month', now())::date, date_trunc('month', max((l ->> 'at')::timestamptz))::date)
        INTO label FROM jsonb_array_elements(links) l;
      last_hash := decode(links -> -1 ->> 'hash', 'hex');
      INSERT INTO audit_chain (month, seq, entry_at, entry_id, digest, hash)
      SELECT label, after_seq + l.n, l.at, l.id, decode(l.digest, 'hex'), decode(l.hash, 'hex')
        FROM ROWS FROM (jsonb_to_recordset(links) AS (id uuid, at timestamptz, digest text, hash text))
             WITH ORDINALITY AS l (id, at, digest, hash, n);
      UPDATE audit_head SET seq = after_seq + jsonb_array_length(links), hash = last_hash, month = label, signature = signed;
      RETURN true;
    END $$;

    -- After a sealing that began at (at0, xmin0, xmax0) and left nothing that it saw. Transactions that were open when the
    -- mark was set have ended once xmin has reached its xmax: whatever they wrote before the mark was seen, and is sealed.
    -- A mark beyond our own xmax is of another cluster (the database was moved), and is set anew. The ten minutes are for
    -- a statement that took its time before its transaction's id, and for a clock that is put back a little.
    CREATE FUNCTION gate.audit_settle(at0 timestamptz, xmin0 xid8, xmax0 xid8) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      UPDATE audit_head
         SET sealed_to = CASE WHEN mark_xmax <= xmin0 THEN greatest(sealed_to, mark_at - interval '10 minutes') ELSE sealed_to END,
             mark_at = CASE WHEN mark_xmax <= xmin0 OR mark_xmax > xmax0 THEN at0 ELSE mark_at END,
             mark_xmax = CASE WHEN mark_xmax <= xmin0 OR mark_xmax > xmax0 THEN xmax0 ELSE mark_xmax END;
    $$;

    -- A slice of the chain with the entries and values it speaks of, for verifying.
    CREATE FUNCTION gate.audit_slice(from_month date, after_seq bigint, most integer)
    RETURNS TABLE (month text, seq text, id uuid, at text, digest text, hash text, form json, salt text, before jsonb, after jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT c.month::text, c.seq::text, c.entry_id, to_char(c.entry_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
             encode(c.digest, 'hex'), encode(c.hash, 'hex'), e.form, encode(v.salt, 'hex'), v.before, v.after
        FROM (SELECT * FROM audit_chain WHERE audit_chain.month >= from_month AND audit_chain.seq > after_seq
               ORDER BY audit_chain.month, audit_chain.seq LIMIT most) c
        LEFT JOIN LATERAL (SELECT gate.audit_form(x) AS form FROM audit_entries x
                            WHERE x.at = c.entry_at AND x.id = c.entry_id LIMIT 1) e ON true
        LEFT JOIN LATERAL (SELECT y.salt, y.before, y.after FROM audit_values y
                            WHERE y.at = c.entry_at AND y.entry_id = c.entry_id LIMIT 1) v ON true
       ORDER BY c.month, c.seq;
    $$;

    -- Erases what was noted down about somebody. The entries stay, with ids and digests that tell nothing any more.
    CREATE FUNCTION gate.audit_forget(of_person uuid) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH gone AS (
        DELETE FROM audit_values v USING audit_entries e
         WHERE e.people @> ARRAY[of_person] AND v.at = e.at AND v.entry_id = e.id RETURNING 1
      ) SELECT count(*)::int FROM gone;
    $$;

    -- The keys of the entries about somebody: array operators aren't leakproof, so under a row policy no index would serve
    -- them. The caller joins them to the entries, and sees those in scope.
    CREATE FUNCTION gate.audit_keys_of(of_person uuid) RETURNS TABLE (at timestamptz, id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT at, id FROM audit_entries WHERE people @> ARRAY[of_person] ORDER BY at DESC;
    $$;

    -- The seal of an entry that the caller sees.
    CREATE FUNCTION gate.audit_seal_of(of_at timestamptz, of_id uuid) RETURNS TABLE (seq bigint, hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT c.seq, encode(c.hash, 'hex') FROM audit_chain c WHERE c.entry_at = of_at AND c.entry_id = of_id;
    $$;

    -- Whom to tell of a notice: who holds one of the roles at or above its territory, and is not its subject.
    CREATE FUNCTION gate.notice_readers(of_notice uuid, roles text[]) RETURNS TABLE (user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT DISTINCT u.id
        FROM notices n
        JOIN grants g ON n.path >= g.path AND n.path < g.path || '~' AND g.role = ANY (roles)
                     AND gate.grant_holds(g)
        JOIN users u ON u.id = g.user_id AND u.disabled_at IS NULL AND u.email IS NOT NULL AND u.id <> n.user_id
       WHERE n.id = of_notice;
    $$;
    `,
    ...[
      'gate.audit_make_months(date, integer)',
      'gate.audit_drop_month(date, bigint, bigint, bigint, bytea, text)',
    ].map(
      (signature) =>
        `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC; GRANT EXECUTE ON FUNCTION ${signature} TO ${SYSTEM};`,
    ),
    ...[
      'gate.audit_form(audit_entries)',
      'gate.audit_head()',
      'gate.audit_unsealed(timestamptz, timestamptz, uuid, integer)',
      'gate.audit_waiting(timestamptz, timestamptz)',
      'gate.audit_append(bigint, bytea, jsonb, text)',
      'gate.audit_settle(timestamptz, xid8, xid8)',
      'gate.audit_slice(date, bigint, integer)',
      'gate.audit_forget(uuid)',
      'gate.notice_readers(uuid, text[])',
    ].map((signature) => gateFunction(signature, SYSTEM)),
    gateFunction('gate.audit_keys_of(uuid)', `${READERS}, ${AUDITOR}`),
    gateFunction('gate.audit_seal_of(timestamptz, uuid)', `${READERS}, ${AUDITOR}`),
    // The owner moves rows out of the default partitions, and out of the old tables now.
    ...Object.keys(PARTITIONED).map((table) => policy(`${table}_default`, 'moving_on', 'ALL', OWNER, 'true')),
    ...Object.keys(PARTITIONED).map((table) => guarded(`${table}_default`)),
    `SELECT gate.audit_make_months((SELECT coalesce(min(at), now()) AT TIME ZONE 'UTC' FROM audit_entries_before)::date,
       3 + (SELECT extract(year FROM span) * 12 + extract(month FROM span)
              FROM (SELECT age(date_trunc('month', now()), date_trunc('month', coalesce(min(at), now()))) AS span
                      FROM audit_entries_before) s)::int)`,
  ];

  /** Once the rows are in. */
  private readonly after = [
    `
    DROP TABLE audit_values_before;
    DROP TABLE audit_entries_before;
    ALTER TABLE audit_entries ADD PRIMARY KEY (at, id);
    CREATE INDEX audit_entries_by_id ON audit_entries (id);
    CREATE INDEX audit_entries_by_path ON audit_entries (path, at DESC, id DESC);
    CREATE INDEX audit_entries_by_user ON audit_entries (user_id, at DESC, id DESC);
    CREATE INDEX audit_entries_by_action ON audit_entries (action, at DESC, id DESC);
    CREATE INDEX audit_entries_by_person ON audit_entries USING gin (people);
    ALTER TABLE audit_values ADD PRIMARY KEY (at, entry_id);
    ALTER TABLE audit_chain ADD PRIMARY KEY (month, seq);
    CREATE INDEX audit_chain_by_entry ON audit_chain (entry_at, entry_id);
    `,
    ...[...Object.keys(PARTITIONED), 'audit_head', 'audit_months', 'audit_heads', 'notices'].map(guarded),
    `
    -- Append-only: no actor has UPDATE or DELETE here.
    GRANT INSERT ON audit_entries, audit_values TO ${EVERY_ACTOR};
    GRANT SELECT ON audit_entries, audit_values TO ${READERS}, ${AUDITOR};
    GRANT SELECT ON audit_chain, audit_months TO ${SYSTEM};
    GRANT SELECT ON audit_entries, audit_values, audit_head, audit_chain, notices TO ${GATE};
    GRANT INSERT ON audit_chain TO ${GATE};
    GRANT UPDATE ON audit_head TO ${GATE};
    GRANT DELETE ON audit_values TO ${GATE};
    GRANT SELECT, INSERT, UPDATE (mailed_at) ON audit_heads TO ${SYSTEM};
    GRANT SELECT, UPDATE (path, reviewed_at, reviewed_by, review_note) ON notices TO ${READERS};
    GRANT INSERT ON notices TO ${SYSTEM};
    `,
    policy(
      'audit_entries',
      'write',
      'INSERT',
      EVERY_ACTOR,
      `actor_kind = current_setting('app.actor', true) AND user_id IS NOT DISTINCT FROM ${ACTING}`,
    ),
    policy(
      'audit_entries',
      'within_territory',
      'SELECT',
      `${READERS}, ${AUDITOR}`,
      `${IN_SCOPE} OR ${isActor('user_id')}`,
    ),
    policy(
      'audit_values',
      'write',
      'INSERT',
      EVERY_ACTOR,
      `nullif(current_setting('app.actor', true), '') IS NOT NULL`,
    ),
    policy('audit_values', 'within_territory', 'SELECT', `${READERS}, ${AUDITOR}`, IN_SCOPE),
    ...['audit_entries', 'audit_values', 'audit_head', 'audit_chain', 'notices'].map((table) =>
      policy(table, 'through_the_gate', 'ALL', GATE, 'true'),
    ),
    // Hashes and ids tell nothing about anybody, and still nobody reads them while it is not said who acts.
    ...['audit_chain', 'audit_months'].map((table) => policy(table, 'the_system', 'SELECT', SYSTEM, IS_SYSTEM)),
    policy('audit_heads', 'the_system', 'ALL', SYSTEM, IS_SYSTEM),
    ...['audit_chain', 'audit_months'].map((table) => policy(table, 'when_dropping', 'SELECT', OWNER, 'true')),
    policy('audit_months', 'when_dropped', 'INSERT', OWNER, 'true'),
    // Nobody reads, and so nobody settles, what is about themselves.
    policy('notices', 'within_territory', 'ALL', STAFF, `${IN_SCOPE} AND user_id IS DISTINCT FROM ${ACTING}`),
    policy('notices', 'all_within_territory', 'ALL', SYSTEM, IN_SCOPE),
  ];
}

/**
 * Brings the entries over in slices, and gives those with values the digest that the chain will cover. That is the
 * program's own and not a copy of it: its form is fixed for ever by the chains that cover it.
 */
async function carryOver(runner: QueryRunner): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const rows: { id: string; salt: Buffer | null; before: unknown; after: unknown }[] = await runner.query(
      `SELECT e.id, v.salt, v.before, v.after FROM audit_entries_before e LEFT JOIN audit_values_before v ON v.entry_id = e.id
        WHERE $1::uuid IS NULL OR e.id > $1 ORDER BY e.id LIMIT ${SLICE}`,
      [after],
    );
    if (!rows.length) return;
    after = rows.at(-1)!.id;
    const digests = rows.map((row) => row.salt && digestOfValues(row.salt, row).toString('hex'));
    await runner.query(
      `INSERT INTO audit_entries (at, id, actor_kind, actor_name, user_id, grant_id, role, path, action, shown, subject,
                                  subject_id, people, facts, request_id, values_digest)
       SELECT e.at, e.id, actor_kind, actor_name, user_id, grant_id, role, path, action, ${SHOWING}, subject, subject_id, people,
              facts, request_id, decode(d.digest, 'hex')
         FROM unnest($1::uuid[], $2::text[]) AS d(id, digest) JOIN audit_entries_before e ON e.id = d.id`,
      [rows.map((row) => row.id), digests],
    );
    await runner.query(
      `INSERT INTO audit_values (at, entry_id, path, salt, before, after)
       SELECT e.at, e.id, e.path, v.salt, v.before, v.after
         FROM audit_values_before v JOIN audit_entries_before e ON e.id = v.entry_id WHERE e.id = ANY ($1)`,
      [rows.map((row) => row.id)],
    );
  }
}
