import { Injectable } from '@nestjs/common';
import type { MapValues } from '../platform/charts/district-map.js';
import type { WeekBars } from '../platform/charts/bars-by-week.js';
import type { Topology } from '../platform/charts/topology.js';
import { Config } from '../platform/config/config.js';
import { helpsAtDoor, seesOwnPeople, type GrantActor } from '../platform/database/actor.js';
import type { Transaction } from '../platform/database/transaction.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { formatShortDate } from '../platform/i18n/format.js';
import type { Locale } from '../platform/i18n/locale.js';
import { Words } from '../platform/i18n/words.js';
import { NoticesQueries } from '../audit/notices/notices.queries.js';
import { AssignmentsQueries } from '../assignments/assignments.queries.js';
import { QueueQueries } from '../outreach/queue.queries.js';
import { districtTopology } from './district-topology.js';
import { doorOf, nextStepOf } from './next-step.js';
import { TodayQueries, type DistrictFigure } from './today.queries.js';

const WEEKS = 6;
/** Teams looked at for a button each: a district's, and those of its mandals. */
const TEAMS = 30;

/** What somebody is to do today, by what their grant lets them do; then the figures. Reads only. */
@Injectable()
export class TodayService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly config: Config,
    private readonly words: Words,
    private readonly queries: TodayQueries,
    private readonly assignments: AssignmentsQueries,
    private readonly queue: QueueQueries,
    private readonly notices: NoticesQueries,
  ) {}

  page(actor: GrantActor, locale: Locale, name: string) {
    return this.work.run(actor, async (tx) => {
      const may = (permission: string) => actor.permissions.has(permission);
      const member = seesOwnPeople(actor);
      const level = (await tx.one<{ level: string }>('SELECT level FROM territories WHERE id = $1', [
        actor.territoryId,
      ]))!.level;
      const wide = !member && may('sympathiser.read') && ['state', 'region'].includes(level);
      const mine = may('attempt.log') ? await this.queries.mine(tx, actor.userId) : 0;
      const page = {
        role: actor.role,
        member,
        mine,
        queue: member || mine ? await this.queue.queue(actor, locale, { limit: 3, by: name }) : null,
        // A state or a region has too many teams for a button each: theirs are spread by night.
        spread: may('assignment.spread') && !wide ? await this.assignments.teamsToSpread(tx, locale, TEAMS) : [],
        returned: may('assignment.give') ? await this.queries.returned(tx) : 0,
        waiting: may('placement.edit') ? await this.queries.waiting(tx) : 0,
        imports: may('import.read') ? await this.queries.imports(tx) : [],
        vacancies: may('team.edit') ? await this.vacancies(tx, locale) : null,
        register: !member && may('sympathiser.read') ? await this.queries.register(tx) : null,
        meetUp: may('event.read') ? await this.meetUp(tx, actor, locale) : null,
        helping: helpsAtDoor(actor),
        trail: may('audit.read') && !may('team.edit') ? await this.trail(tx, actor) : null,
        mayAdd: may('sympathiser.add') && !may('team.edit'),
        mayPlan: may('event.plan'),
        weeks: may('attempt.read') ? await this.weeks(tx, locale, member ? actor.userId : null) : null,
        map: wide ? await this.map(tx, locale) : null,
      };
      return { ...page, tasks: tasksOf(page) };
    });
  }

  /** For whoever watches over it: what there is to look at. */
  private async trail(tx: Transaction, actor: GrantActor) {
    const notices = actor.permissions.has('notice.read') ? await this.notices.open(actor) : 0;
    return { ...(await this.queries.trail(tx)), notices };
  }

  private async vacancies(tx: Transaction, locale: Locale) {
    const teams = await this.queries.vacancies(tx, locale);
    const open = teams.filter(({ vacant }) => vacant > 0);
    return {
      teams: teams.length,
      posts: teams.reduce((sum, { posts }) => sum + posts, 0),
      vacant: open.reduce((sum, { vacant }) => sum + vacant, 0),
      first: open[0] ?? null,
    };
  }

  private async meetUp(tx: Transaction, actor: GrantActor, locale: Locale) {
    const event = await this.queries.nextMeetUp(tx, locale);
    if (!event) return null;
    const say = (key: string) => this.words.say(locale, `today.funnel.${key}`);
    const steps = [
      { label: say('asked'), value: event.asked },
      { label: say('answered'), value: event.answered },
      { label: say('yes'), value: event.yes },
      { label: say('came'), value: event.came },
    ];
    const step = helpsAtDoor(actor)
      ? doorOf(event)
      : actor.permissions.has('event.plan')
        ? nextStepOf(event, new Date())
        : null;
    // Before the day nobody can have come.
    return {
      ...event,
      steps: event.came || event.over ? steps : steps.slice(0, 3),
      step,
      href: step?.href ?? `/events/${event.id}`,
    };
  }

  /** Bars of attempts by week; null while there is nothing to see. */
  private async weeks(tx: Transaction, locale: Locale, userId: string | null): Promise<WeekBars | null> {
    const weeks = await this.queries.weeks(tx, this.config.timeZone, WEEKS, userId);
    if (!weeks.some(({ attempts }) => attempts)) return null;
    const say = (key: string, params = {}) => this.words.say(locale, key, params);
    return {
      title: say(userId ? 'today.weeks.mine' : 'today.weeks.all'),
      weekLabel: say('today.weeks.week'),
      series: [{ label: say('frame.claimed') }, { label: say('frame.verified') }],
      weeks: weeks.map(({ week, attempts }) => {
        const short = formatShortDate(locale, week, 'UTC');
        return { label: say('today.weeks.from', { day: short }), short, values: [attempts] };
      }),
    };
  }

  private async map(tx: Transaction, locale: Locale): Promise<{ topology: Topology; values: MapValues } | null> {
    const topology = districtTopology();
    const districts = await this.queries.districts(tx, locale);
    if (!topology || !districts.some(({ reached }) => reached)) return null;
    return { topology, values: this.mapValues(districts, locale) };
  }

  private mapValues(districts: DistrictFigure[], locale: Locale): MapValues {
    const say = (key: string) => this.words.say(locale, key);
    return {
      title: say('today.map.title'),
      head: [say('today.map.district'), say('frame.claimed'), say('frame.verified')],
      words: { claimed: say('frame.claimed'), verified: say('frame.verified'), none: say('frame.no_figure') },
      areas: districts.map(({ code, name, reached }) => ({ code, name, claimed: reached, verified: null })),
    };
  }
}

/** Whether anything waits, whether there is nobody at all yet, or whether all is done. */
function tasksOf(page: {
  member: boolean;
  spread: unknown[];
  returned: number;
  waiting: number;
  vacancies: { vacant: number } | null;
  imports: unknown[];
  register: { people: number } | null;
}) {
  const some = Boolean(
    page.spread.length || page.returned || page.waiting || page.vacancies?.vacant || page.imports.length,
  );
  const begin = page.register !== null && page.register.people === 0;
  return {
    some,
    begin, // Only whoever would see what waits can be told that nothing does.
    calm: !some && !begin && page.register !== null && page.vacancies !== null,
  };
}
