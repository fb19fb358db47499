import { Injectable } from '@nestjs/common';
import { isGrantActor } from '../platform/database/actor.js';
import { Frame, type NavEntry } from '../platform/web/frame.js';
import type { Request } from '../platform/web/request.js';

const ENTRIES: (NavEntry & { needs?: string })[] = [
  { href: '/', key: 'frame.nav.today', icon: 'home' },
  { href: '/sympathisers', key: 'frame.nav.people', icon: 'people', needs: 'sympathiser.read' },
  { href: '/events', key: 'frame.nav.events', icon: 'calendar', needs: 'event.read' },
  { href: '/teams', key: 'frame.nav.team', icon: 'team', needs: 'team.read' },
  { href: '/imports', key: 'frame.nav.imports', icon: 'upload', needs: 'import.read' },
  { href: '/territories', key: 'frame.nav.territories', icon: 'map', needs: 'territory.edit' },
  { href: '/users', key: 'frame.nav.users', icon: 'person', needs: 'user.read' },
  { href: '/audit', key: 'frame.nav.audit', icon: 'lock', needs: 'audit.read' },
];

/** The frame's knowledge of this product: where a grant may go, and what roles are called. */
@Injectable()
export class Navigation extends Frame {
  navigation(request: Request): NavEntry[] {
    const { actor } = request.sampark;
    if (!isGrantActor(actor)) return [];
    return ENTRIES.filter((entry) => !entry.needs || actor.permissions.has(entry.needs));
  }

  menu(request: Request): NavEntry[] {
    const { actor } = request.sampark;
    const tokens = isGrantActor(actor) && actor.permissions.has('token.make');
    return [
      { href: '/password', key: 'frame.password', icon: 'lock' },
      ...(tokens ? [{ href: '/tokens', key: 'tokens.title', icon: 'swap' }] : []),
    ];
  }
}
