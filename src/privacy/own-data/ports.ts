import type { LinkActor } from '../../platform/database/actor.js';

/** What a person asks us that somebody has to do or answer. */
export type RequestKind = 'access' | 'correction' | 'objection' | 'grievance';

/** The register of people's requests. */
export abstract class PersonRequests {
  /** @returns the request's id */
  abstract open(actor: LinkActor, request: { personId: string; kind: RequestKind; words: string }): Promise<string>;
}

/** Erasing somebody who asked for it by their own link. */
export abstract class ErasureRequests {
  abstract ask(actor: LinkActor, personId: string): Promise<void>;
}
