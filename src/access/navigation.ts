import { Injectable } from '@nestjs/common';
import { isGrantActor } from '../platform/database/actor.js';
import { Frame, type NavEntry } from '../platform/web/frame.js';
import type { Request } from '../platform/web/request.js';

type Entry = NavEntry & { needs?: string };

const ENTRIES: Entry[] = [
  { href: '/', key: 'frame.nav.today', icon: 'home' },
  { href: '/sympathisers', key: 'frame.nav.people', icon: 'people', needs: 'sympathiser.read' },
  { href: '/events', key: 'frame.nav.events', icon: 'calendar', needs: 'event.read' },
  { href: '/teams', key: 'frame.nav.team', icon: 'team', needs: 'team.read' },
  { href: '/imports', key: 'frame.nav.imports', icon: 'upload', needs: 'import.read' },
  { href: '/territories', key: 'frame.nav.territories', icon: 'map', needs: 'territory.edit' },
  { href: '/users', key: 'frame.nav.users', icon: 'person', needs: 'user.read' },
  { href: '/platforms', key: 'title.platforms.list', icon: 'globe', needs: 'platform.edit' },
  { href: '/roles', key: 'frame.nav.roles', icon: 'lock', needs: 'grant.read' },
  { href: '/audit', key: 'frame.nav.audit', icon: 'clock', needs: 'audit.read' },
];

/** First the role in use, then the account, which stays whatever the role. */
const MENU: Entry[] = [
  { href: '/why', key: 'frame.what_i_see', icon: 'info', part: 'frame.my_role' },
  { href: '/audit/notices', key: 'audit.notices', icon: 'warning', needs: 'notice.read' },
  { href: '/data-protection', key: 'title.data-protection.show', icon: 'lock', needs: 'privacy.desk' },
  { href: '/breaches', key: 'title.breaches.list', icon: 'warning', needs: 'privacy.breach' },
  { href: '/replies', key: 'title.replies.list', icon: 'mail', needs: 'sympathiser.add' },
  { href: '/privacy-notices', key: 'title.privacy-notices.list', icon: 'info', needs: 'privacy.notices' },
  { href: '/posters', key: 'title.posters.list', icon: 'print', needs: 'poster.make' },
  { href: '/erasures', key: 'title.erasures.list', icon: 'cross', needs: 'privacy.erase' },
  { href: '/retention', key: 'title.retention.list', icon: 'clock', needs: 'privacy.retention' },
  { href: '/vault', key: 'title.vault.list', icon: 'lock', needs: 'privacy.vault' },
  { href: '/requests', key: 'requests.nav', icon: 'list', needs: 'privacy.requests' },
  { href: '/delegations', key: 'frame.away', icon: 'swap', needs: 'grant.delegate' },
  { href: '/tokens', key: 'tokens.title', icon: 'copy', needs: 'token.make' },
  { href: '/password', key: 'frame.password', icon: 'lock', part: 'frame.my_account' },
  { href: '/second-factor', key: 'second_factor.title', icon: 'lock' },
  { href: '/sessions', key: 'sessions.title', icon: 'list' },
];

const allowed = (entries: Entry[], { sampark: { actor } }: Request): NavEntry[] =>
  entries.filter(({ needs }) => !needs || (isGrantActor(actor) && actor.permissions.has(needs)));

/** The frame's knowledge of this product: where a grant may go, and what roles are called. */
@Injectable()
export class Navigation extends Frame {
  navigation(request: Request): NavEntry[] {
    return isGrantActor(request.sampark.actor) ? allowed(ENTRIES, request) : [];
  }

  menu(request: Request): NavEntry[] {
    // Who hasn't shown their second factor yet can only show it, or leave.
    return request.sampark.who?.owes === 'proof' ? [] : allowed(MENU, request);
  }
}
