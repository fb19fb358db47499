import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hashPassword } from '../access/passwords.js';
import { GrantsService } from '../access/grants.service.js';
import { User } from '../access/user.entity.js';
import { UsersService } from '../access/users.service.js';
import { AssignmentsService } from '../assignments/assignments.service.js';
import { Event } from '../events/event.entity.js';
import { EventsService } from '../events/events.service.js';
import { AskingService } from '../mailings/asking.service.js';
import type { SystemActor } from '../platform/database/actor.js';
import { uuidv7 } from '../platform/database/id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { ImportMerger } from '../sympathisers/import/import-merger.service.js';
import { ImportReader } from '../sympathisers/import/import-reader.service.js';
import { ImportsService } from '../sympathisers/import/imports.service.js';
import { TeamsService } from '../teams/teams.service.js';
import { ShippedTree } from '../territories/shipped-tree.js';
import { Territory } from '../territories/territory.entity.js';
import { DemoHistory } from './demo-history.service.js';
import { DemoMeetUps } from './demo-meet-ups.service.js';
import { DemoNotices } from './demo-notices.service.js';
import { InventedPeople, seeded } from './invented-people.js';

export interface DemoSignIn {
  role: string;
  email: string;
  territory: string;
  password: string;
}

/** Who can sign in, one for each role; the teams' other members have no password. */
const SIGN_INS = [
  { role: 'region_coordinator', email: 'region@demo.example', name: 'अनिल श्रीवास्तव', territory: 'awadh' },
  { role: 'district_convenor', email: 'convenor@demo.example', name: 'सुनीता वर्मा', territory: 'lucknow-mahanagar' },
  { role: 'it_centre_operator', email: 'operator@demo.example', name: 'पूनम यादव', territory: 'lucknow-mahanagar' },
  { role: 'organiser', email: 'organiser@demo.example', name: 'Ravi Shankar Mishra', territory: 'lucknow-mahanagar' },
  { role: 'check_in_helper', email: 'door@demo.example', name: 'नेहा सिंह', territory: 'lucknow-mahanagar' },
  { role: 'team_member', email: 'member@demo.example', name: 'राजेश कुमार', territory: 'lucknow-mahanagar' },
  { role: 'data_protection_officer', email: 'officer@demo.example', name: 'Farhan Siddiqui', territory: 'up' },
  { role: 'auditor', email: 'auditor@demo.example', name: 'Kiran Bhatt', territory: 'up' },
] as const;

/** Where teams work, how many of their posts are filled, and the spreadsheets that reached them. */
const PLACES = [
  { territory: 'lucknow-mahanagar', filled: 12, people: 1900, districts: [{ lgd: 162, name: 'लखनऊ' }] },
  { territory: 'barabanki', filled: 9, people: 900, districts: [{ lgd: 129, name: 'Barabanki' }] },
  { territory: 'sitapur', filled: 7, people: 800, districts: [{ lgd: 183, name: 'सीतापुर' }] },
] as const;

/** Came to the state office: some of it waits for coverage, as in real life. */
const STATEWIDE = {
  people: 1400,
  districts: [
    { lgd: 118, name: 'Agra' },
    { lgd: 187, name: 'वाराणसी' },
    { lgd: 148, name: 'Gorakhpur' },
    { lgd: 157, name: 'कानपुर' },
    { lgd: 120, name: 'Allahabad' },
    { lgd: 146, name: 'Ghazipur' },
    { lgd: 175, name: 'रायबरेली' },
  ],
} as const;

/** Roles that come with a post of a team, or at a meet-up. */
const GIVEN_LATER = ['district_convenor', 'it_centre_operator', 'team_member', 'check_in_helper'];

const SEED = 20_260_101;

/** Builds an organisation that looks alive, through the same services that real work goes through. */
@Injectable()
export class DemoService {
  private readonly random = seeded(SEED);
  private readonly people = new InventedPeople(this.random);

  constructor(
    private readonly work: UnitOfWork,
    private readonly dataSource: DataSource,
    private readonly tree: ShippedTree,
    private readonly users: UsersService,
    private readonly grants: GrantsService,
    private readonly teams: TeamsService,
    private readonly imports: ImportsService,
    private readonly reader: ImportReader,
    private readonly merger: ImportMerger,
    private readonly assignments: AssignmentsService,
    private readonly events: EventsService,
    private readonly asking: AskingService,
    private readonly history: DemoHistory,
    private readonly meetUps: DemoMeetUps,
    private readonly notices: DemoNotices,
  ) {}

  /**
   * @param password makes a password for a sign-in
   * @param say tells what is being done
   * @returns the sign-ins, to be shown
   */
  async build(actor: SystemActor, password: () => string, say: (what: string) => void): Promise<DemoSignIn[]> {
    const now = new Date();
    say('the tree of territories');
    await this.tree.load(actor);
    const admin: DemoSignIn = {
      role: 'state_admin',
      email: 'admin@demo.example',
      territory: 'up',
      password: password(),
    };
    await this.users.createAdmin(actor, { email: admin.email, fullName: 'प्रदेश कार्यालय', password: admin.password });
    await this.notices.publish(actor);
    say('teams');
    const signIns = [admin];
    const ids: Record<string, string> = {};
    for (const one of SIGN_INS) {
      const made = { role: one.role, email: one.email, territory: one.territory, password: password() };
      ids[one.role] = await this.aUser(actor, one.name, one.email, one.territory, made);
      signIns.push(made);
    }
    const teamIds: string[] = [];
    for (const place of PLACES) teamIds.push(await this.staff(actor, place.territory, place.filled, ids));
    say('5,000 people from four spreadsheets');
    for (const place of PLACES)
      await this.bringIn(
        actor,
        place.territory,
        'शिविर का रजिस्टर',
        this.people.spreadsheet(place.people, [...place.districts]),
      );
    await this.bringIn(
      actor,
      'up',
      'प्रदेश कार्यालय की सूची',
      this.people.spreadsheet(STATEWIDE.people, [...STATEWIDE.districts]),
    );
    say('assignments');
    for (const teamId of teamIds) await this.assignments.spread(actor, teamId);
    say('weeks of contacts');
    await this.history.attempts(actor, this.random, now);
    say('meet-ups');
    const meetUp = await this.meet(actor, ids.organiser!, now);
    await this.atTheDoor(actor, ids.check_in_helper!, meetUp);
    return signIns;
  }

  /** A user with a password and no mail: nobody would open the invitation. A post gives its own grant later. */
  private async aUser(
    actor: SystemActor,
    name: string,
    email: string,
    code: string,
    grant?: { role: string; password: string },
  ) {
    const hash = grant && (await hashPassword(grant.password));
    const id = uuidv7();
    await this.work.run(actor, async (tx) => {
      const territory = await tx.findOrFail(Territory, { code });
      await tx.insert(User, { id, fullName: name, email, language: 'hi', path: territory.path });
      tx.audit('user.created', { subject: 'user', subjectId: id, path: territory.path });
      if (grant && !GIVEN_LATER.includes(grant.role))
        await this.grants.write(
          tx,
          { userId: id, role: grant.role, territoryId: territory.id, reason: 'demo' },
          territory,
        );
    });
    if (hash) await this.dataSource.query('SELECT gate.set_password($1, $2, NULL, NULL)', [id, hash]);
    return id;
  }

  private async staff(
    actor: SystemActor,
    territory: string,
    filled: number,
    ids: Record<string, string>,
  ): Promise<string> {
    const { id } = await this.teams.open(actor, await this.territory(actor, territory));
    const posts = await this.work.run(actor, (tx) =>
      tx.query<{ id: string; kind: string }>('SELECT id, kind FROM posts WHERE team_id = $1 ORDER BY seat', [id]),
    );
    const known =
      territory === PLACES[0].territory
        ? { convenor: ids.district_convenor, it_centre_operator: ids.it_centre_operator, member: ids.team_member }
        : {};
    for (const post of posts.slice(0, filled)) {
      const waiting = known as Record<string, string | undefined>;
      const userId = waiting[post.kind];
      delete waiting[post.kind];
      const name = this.people.name();
      const email = `${name.en.toLowerCase().replaceAll(/[^a-z]/g, '.')}.${post.id.slice(-5)}@demo.example`;
      await this.teams.fill(actor, post.id, userId ?? (await this.aUser(actor, name.hi, email, territory)));
    }
    return id;
  }

  private async bringIn(actor: SystemActor, code: string, source: string, sheet: string): Promise<void> {
    const territory = await this.work.run(actor, (tx) =>
      tx.one<{ id: string; path: string }>('SELECT id, path FROM territories WHERE code = $1', [code]),
    );
    async function* bytes() {
      yield Buffer.from(sheet);
    }
    const about = async () => ({ fileName: `${code}.csv`, territory: territory!, source });
    const batch = await this.imports.upload(actor, bytes(), about, 'here');
    await this.reader.read(actor, batch.id);
    await this.imports.confirm(actor, batch.id, 'here', {
      agreedOn: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
      originals: 'ज़िला कार्यालय, फ़ाइल 12',
    });
    await this.merger.merge(actor, batch.id);
  }

  private async meet(actor: SystemActor, organiserId: string, now: Date): Promise<string> {
    const territoryId = await this.territory(actor, PLACES[0].territory);
    await this.meetUps.past(actor, territoryId, organiserId, this.random, now);
    const day = new Date(now.getTime() + 6 * 86_400_000).toISOString().slice(0, 10);
    const organiser: SystemActor = { ...actor, causedBy: organiserId };
    const { id } = await this.events.plan(organiser, {
      territoryId,
      title_hi: 'मोहल्ला डिजिटल चौपाल',
      title_en: 'Neighbourhood digital chaupal',
      words_hi: 'नई योजनाओं पर बात, और सवाल-जवाब। परिवार के साथ आइए।',
      words_en: 'A talk about the new schemes, and your questions. Bring your family.',
      place: 'सामुदायिक केंद्र, अलीगंज, लखनऊ',
      starts: `${day}T17:00`,
      ends: `${day}T19:00`,
      capacity: 80,
    });
    const asked = await this.work.run(organiser, (tx) =>
      tx.query<{ id: string }>(
        `SELECT p.id FROM people p JOIN territories t ON t.id = $1
          WHERE p.path >= t.path AND p.path < t.path || '~' AND contact_barrier(p.id, 'invitations', 'email') IS NULL
          ORDER BY p.id DESC LIMIT 60`,
        [territoryId],
      ),
    );
    await this.asking.ask(organiser, id, { personIds: asked.map((row) => row.id) });
    await this.meetUps.answers(organiser, id, this.random);
    return id;
  }

  private async atTheDoor(actor: SystemActor, userId: string, eventId: string): Promise<void> {
    await this.work.run(actor, async (tx) => {
      const event = await tx.findOrFail(Event, { id: eventId });
      const territory = await tx.findOrFail(Territory, { id: event.territoryId });
      const grant = { userId, role: 'check_in_helper', territoryId: territory.id, reason: 'demo', eventId };
      await this.grants.write(tx, { ...grant, until: new Date(event.endsAt.getTime() + 12 * 3_600_000) }, territory);
    });
  }

  private async territory(actor: SystemActor, code: string): Promise<string> {
    const row = await this.work.run(actor, (tx) =>
      tx.one<{ id: string }>('SELECT id FROM territories WHERE code = $1', [code]),
    );
    return row!.id;
  }
}
