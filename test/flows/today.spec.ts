import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aTeamAt, manyPeople } from '../factories/outreach.js';
import { theRealTree } from '../factories/real-tree.js';
import { aSympathiser } from '../factories/sympathisers.js';
import { aUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

describe('today', () => {
  let sampark: Sampark;
  beforeAll(async () => {
    sampark = await aSampark();
    await theRealTree(sampark);
  });
  afterAll(() => sampark?.close());

  it('sends who is not signed in to sign in', async () => {
    const answer = await sampark.browser().get('/');
    expect(answer.status).toBe(303);
    expect(answer.location).toMatch(/^\/sign-in/);
    expect((await sampark.as().get('/')).status).toBe(401);
  });

  it('shows a member whom to contact, and says what to do where nobody is given yet', async () => {
    const team = await aTeamAt(sampark, 'agra', 2);
    const [member, idle] = team.members;
    await aSympathiser(sampark, { in: 'agra', name: 'Kamla', assignedTo: member!.id });
    const page = await sampark.browser(member).get('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Kamla');
    expect(page.text).toContain('href="/queue"');
    expect(page.text).not.toContain('/assignments/spread');
    const nothing = await sampark.browser(idle).get('/?lang=hi');
    expect(nothing.text).toContain('अभी आपको कोई नहीं दिया गया है');
    expect(nothing.text).not.toContain('class="stat"');
  });

  it('lets a convenor spread with one button, and names what else waits', async () => {
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'aligarh', language: 'hi' });
    const begin = await sampark.browser(convenor, { lang: 'hi' }).get('/');
    expect(begin.text).toContain('अपने लोगों से शुरू करें');
    const team = await aTeamAt(sampark, 'aligarh', 2);
    await manyPeople(sampark, 'aligarh', 5);
    await aSympathiser(sampark, { in: 'aligarh', waiting: true });
    await sampark.sql(
      `INSERT INTO posts (id, team_id, path, kind, seat) SELECT gen_random_uuid(), id, path, 'member', 9 FROM teams WHERE id = $1`,
      [team.id],
    );
    const browser = sampark.browser(convenor, { lang: 'hi' });
    const page = await browser.get('/');
    expect(page.text).toContain('6 लोगों की ज़िम्मेदारी किसी के पास नहीं');
    expect(page.text).toContain('1 व्यक्ति का क्षेत्र तय होना है');
    expect(page.text).toContain('1 पद ख़ाली है');
    const sent = await browser.post('/assignments/spread', { team_id: team.id, return_to: '/' });
    expect([sent.status, sent.location]).toEqual([303, '/']);
    const after = await browser.follow(sent);
    expect(after.text).toContain('6 लोग 2 सदस्यों में बराबर बाँटे गए');
    expect(after.text).not.toContain('ज़िम्मेदारी किसी के पास नहीं');
    expect(after.text).toContain('1 पद ख़ाली है');
  });

  it('draws the weeks once there is something to see, and the districts for the state', async () => {
    const [member] = (await aTeamAt(sampark, 'mathura', 1)).members;
    const person = await aSympathiser(sampark, { in: 'mathura', assignedTo: member!.id, district: 172 });
    const admin = await aUser(sampark, { role: 'state_admin', in: 'up' });
    const convenor = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
    expect((await sampark.browser(convenor).get('/')).text).not.toContain('chart-weeks');
    await sampark.as(member).post('/attempts', { person_id: person.id, channel: 'phone', disposition: 'reached' });
    expect((await sampark.browser(convenor).get('/')).text).toContain('chart-weeks');
    expect((await sampark.browser(member).get('/')).text).toContain('chart-weeks');
    const state = await sampark.browser(admin).get('/');
    expect(state.text).toContain('chart-map');
    expect(state.text).toContain('Muzaffarnagar');
  });

  it('shows an organiser the next meet-up with its next step, or how to plan one', async () => {
    const organiser = await aUser(sampark, { role: 'organiser', in: 'hathras' });
    expect((await sampark.browser(organiser).get('/')).text).toContain('/events/new');
    const [event] = await sampark.sql<{ id: string }>(
      `INSERT INTO events (id, territory_id, path, kind, title_hi, place, starts_at, ends_at, zone)
       SELECT gen_random_uuid(), id, path, 'meet_up', 'चाय पर मिलन', 'नगर भवन', now() + interval '4 days', now() + interval '4 days 2 hours', 'Asia/Kolkata'
         FROM territories WHERE code = 'hathras' RETURNING id`,
    );
    const page = await sampark.browser(organiser).get('/?lang=hi');
    expect(page.text).toContain('चाय पर मिलन');
    expect(page.text).toContain(`/events/${event!.id}/invitations`);
    expect(page.text).toContain('चुनें किसे बुलाना है');
  });

  it('shows whoever watches what there is to look at, and nobody a figure they could not open', async () => {
    const auditor = await aUser(sampark, { role: 'auditor', in: 'up' });
    const officer = await aUser(sampark, { role: 'data_protection_officer', in: 'up' });
    const operator = await aUser(sampark, { role: 'it_centre_operator', in: 'mathura' });
    const seen = await sampark.browser(auditor).get('/');
    expect(seen.text).toContain('Who did what');
    expect(seen.text).not.toContain('href="/audit/notices"');
    await sampark.sql(
      `INSERT INTO notices (id, path, kind, day, user_id, facts) VALUES (gen_random_uuid(), $1, 'bulk_reading', current_date, $2, '{}')`,
      [operator.path, operator.id],
    );
    expect((await sampark.browser(officer, { lang: 'hi' }).get('/')).text).toContain('1 सूचना देखनी है');
    const home = await sampark.browser(operator).get('/');
    expect(home.text).toContain('href="/imports/new"');
    expect(home.text).not.toContain('href="/assignments"');
    expect(home.text).not.toContain('no post is vacant');
  });
});
