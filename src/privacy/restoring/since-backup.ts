import type { LoggedErasure } from '../../platform/erasure-log/erasure-log-file.js';
import type { KeyedHashes } from '../../platform/security/keyed-hashes.js';

/** What became of somebody since a backup. */
export interface Fate {
  erased: boolean;
  stopped: boolean;
  withdrew: { purpose: string; channel: string }[];
}

/** A suppression as it stands at the end of the log. */
export interface Standing {
  kind: string;
  why: string;
  entry: LoggedErasure;
  lifted: boolean;
  /** By itself it stops nobody: a family's phone, that one of them who was erased had. */
  named: boolean;
}

/** The entries of the erasure log since a backup, found again by the hash of what they are about. */
export class SinceBackup {
  private readonly entries = new Map<string, LoggedErasure[]>();
  private readonly people = new Set<string>();
  private readonly things = new Set<string>();

  constructor(private readonly hashes: KeyedHashes) {}

  add(entry: LoggedErasure): void {
    const place = placeOf(entry.keyName, entry.hash);
    const known = this.entries.get(place);
    if (known) known.push(entry);
    else this.entries.set(place, [entry]);
    (entry.kind.startsWith('person.') ? this.people : this.things).add(entry.keyName);
  }

  get any(): { people: boolean; things: boolean } {
    return { people: this.people.size > 0, things: this.things.size > 0 };
  }

  /** Null where nothing became of them that the log knows. */
  fateOf(personId: string): Fate | null {
    const entries = this.about(this.people, 'person', personId);
    if (!entries.length) return null;
    const fate: Fate = { erased: false, stopped: false, withdrew: [] };
    for (const { kind } of entries) {
      const [what, purpose, channel] = kind.split(':');
      if (what === 'person.erased') fate.erased = true;
      else if (what === 'person.stopped') fate.stopped = true;
      else if (what === 'person.resumed') fate.stopped = false;
      else if (what === 'person.withdrew') fate.withdrew.push({ purpose: purpose!, channel: channel! });
    }
    return fate;
  }

  /** Of a phone, mail or handle. */
  standingOf(kind: string, value: string): Standing | null {
    return standing(this.about(this.things, kind, value).filter((entry) => entry.kind.split(':')[1] === kind));
  }

  /** Every suppression and every lifting, the last of each hash. */
  *standings(): Generator<Standing> {
    for (const entries of this.entries.values()) {
      const last = standing(entries.filter(({ kind }) => !kind.startsWith('person.')));
      if (last) yield last;
    }
  }

  private about(keyNames: Iterable<string>, kind: string, value: string): LoggedErasure[] {
    const found: LoggedErasure[] = [];
    for (const name of keyNames) found.push(...(this.entries.get(placeOf(name, this.hashes.by(name, kind, value))) ?? [])); // prettier-ignore
    return found.sort((a, b) => a.seq - b.seq);
  }
}

const placeOf = (keyName: string, hash: Buffer) => `${keyName} ${hash.toString('base64url')}`;

function standing(entries: LoggedErasure[]): Standing | null {
  const entry = entries.at(-1);
  if (!entry) return null;
  const [what, kind, why, named] = entry.kind.split(':');
  return { kind: kind!, why: why ?? '', entry, lifted: what === 'lifted', named: named === 'named' };
}
