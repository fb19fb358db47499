/** A range of territory paths, COLLATE "C": `path >= from AND path < to`. */
export interface Scope {
  from: string;
  to: string;
}

/** The range that holds exactly a path and everything below it: `~` sorts behind every character of a path's keys. */
export const scopeFrom = (path: string): Scope => ({ from: path, to: `${path}~` });

/**
 * How far a role reaches inside its territory; decides the database role, and so what the row policies show.
 * `territory`: everybody there. `team`: the people given to a team of theirs. `assigned`: those given to themselves.
 * `events`: meet-ups, and of the people asked to them names and answers. `event`: the same of one meet-up. `trail`: what was
 * done and who may do what; no people.
 */
export const REACHES = ['territory', 'team', 'assigned', 'events', 'event', 'trail'] as const;
export type Reach = (typeof REACHES)[number];

interface InGrant {
  userId: string;
  grantId: string;
  role: string;
  reach: Reach;
  territoryId: string;
  scope: Scope;
  permissions: ReadonlySet<string>;
  /** Reach `team`: the teams in which the user holds a post. */
  teamIds?: readonly string[];
  /** Reach `event`: the one meet-up. */
  eventId?: string;
}

/** Nobody we know. */
export interface AnonymousActor {
  kind: 'anonymous';
}
/** Somebody signed in, acting within one grant. */
export interface UserActor extends InGrant {
  kind: 'user';
  sessionId: string;
}
/** A program with a token, acting within one grant. */
export interface TokenActor extends InGrant {
  kind: 'token';
  tokenId: string;
}
/** The holder of a link: one person's part of one thing. */
export interface LinkActor {
  kind: 'link';
  purpose: string;
  personId: string;
  invitationId?: string;
  /** Of the thing the link is for: what the link causes (a job) is done there. Gives no sight of it. */
  scope?: Scope;
  eventId?: string;
}
/** A job, named, with a scope like any other; `causedBy` is the user whose act led to it. */
export interface SystemActor {
  kind: 'system';
  name: string;
  scope: Scope;
  causedBy?: string;
}

export type GrantActor = UserActor | TokenActor;
export type Actor = AnonymousActor | GrantActor | LinkActor | SystemActor;

export const anonymous: AnonymousActor = { kind: 'anonymous' };

export const isGrantActor = (actor: Actor): actor is GrantActor => actor.kind === 'user' || actor.kind === 'token';

/** The scope an actor works in; none for the anonymous and for links. */
export function scopeOfActor(actor: Actor): Scope | null {
  return actor.kind === 'system' || isGrantActor(actor) ? actor.scope : null;
}

/** Who to write down as the doer of a thing: a user's id, or null for links, jobs and the anonymous. */
export function userIdOf(actor: Actor): string | null {
  if (isGrantActor(actor)) return actor.userId;
  return actor.kind === 'system' ? (actor.causedBy ?? null) : null;
}

/** The NOLOGIN role each kind of actor becomes for its transaction; the row policies are written for these. */
export function databaseRoleOf(actor: Actor): string {
  switch (actor.kind) {
    case 'anonymous':
      return 'sampark_anonymous';
    case 'link':
      return 'sampark_link';
    case 'system':
      return 'sampark_system';
    default:
      return ROLE_OF_REACH[actor.reach];
  }
}

const ROLE_OF_REACH: Record<Reach, string> = {
  territory: 'sampark_staff',
  team: 'sampark_member',
  assigned: 'sampark_member',
  events: 'sampark_host',
  event: 'sampark_host',
  trail: 'sampark_auditor',
};

/** Sees only the people in their own or their team's hands. */
export const seesOwnPeople = (actor: Actor): boolean => databaseRoleOf(actor) === 'sampark_member';

/** Hosts meet-ups: of the people asked to them, or there, sees names, answers and attendance, and never how to reach them. */
export const hostsOnly = (actor: Actor): boolean => databaseRoleOf(actor) === 'sampark_host';

/** Helps at the door of one meet-up: a list of names to tick. */
export const helpsAtDoor = (actor: Actor): boolean => isGrantActor(actor) && actor.reach === 'event';

/** Sees everybody in the territory. */
export const seesEverybody = (actor: Actor): boolean =>
  actor.kind === 'system' || (isGrantActor(actor) && actor.reach === 'territory');
