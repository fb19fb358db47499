import type { Request } from './request.js';

export interface NavEntry {
  href: string;
  /** Key of the words. */
  key: string;
  icon: string;
  /** Key of the heading that it stands first under. */
  part?: string;
}

/** What the platform's page frame must know about the domain: who may go where. */
export abstract class Frame {
  abstract navigation(request: Request): NavEntry[];
  /** What stands in the menu beside the roles. */
  abstract menu(request: Request): NavEntry[];
}
