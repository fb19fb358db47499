import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/events.js';
import { aUser, type AUser } from '../factories/users.js';
import { aSampark, type Sampark } from '../support/sampark.js';

let sampark: Sampark;
let agra: AUser;
let mathura: AUser;
let organiser: AUser;
beforeAll(async () => {
  sampark = await aSampark();
  agra = await aUser(sampark, { role: 'district_convenor', in: 'agra' });
  mathura = await aUser(sampark, { role: 'district_convenor', in: 'mathura' });
  organiser = await aUser(sampark, { role: 'organiser', in: 'agra' });
});
afterAll(() => sampark?.close());

describe('a poster', () => {
  it('is made for a place, printed on a sheet in both languages with its code, and leads to the form', async () => {
    const browser = sampark.browser(agra, { lang: 'hi' });
    expect((await browser.get('/posters')).text).toContain('अभी कोई पोस्टर नहीं');
    await browser.get('/posters/new');
    const made = await browser.post('/posters', { label: 'अलीगंज मेला', territoryId: agra.territoryId });
    const code = /^\/posters\/(\w{6})$/.exec(made.location!)![1]!;
    expect((await browser.follow(made)).text).toContain(`https://sampark.example.org/join/${code}`);
    const sheet = await browser.get(`/posters/${code}/sheet`);
    for (const text of ['हमसे जुड़ें', 'Join us', '<svg', `sampark.example.org/join/${code}`])
      expect(sheet.text).toContain(text);
    const form = await sampark.browser(undefined, { lang: 'hi' }).get(`/join/${code}`);
    expect([form.status, form.text.includes(`name="poster" value="${code}"`)]).toEqual([200, true]);
  });

  it('is its territory’s: a neighbour neither sees nor ends it, nor makes one for elsewhere', async () => {
    const { body } = await sampark.as(agra).post('/posters', { label: 'Sadar' });
    expect((await sampark.as(mathura).get('/posters')).body.items).toEqual([]);
    for (const path of [`/posters/${body.code}`, `/posters/${body.code}/sheet`])
      expect((await sampark.as(mathura).get(path)).status).toBe(404);
    expect((await sampark.as(mathura).post(`/posters/${body.code}/end`)).status).toBe(404);
    const elsewhere = await sampark.as(mathura).post('/posters', { label: 'X', territoryId: agra.territoryId });
    expect(elsewhere.body.errors).toMatchObject([{ field: 'territoryId' }]);
  });

  it('may be an organiser’s, for a meet-up, and is listed there with how many came by it', async () => {
    const event = await anEvent(sampark, { in: 'agra' });
    expect((await sampark.browser(organiser).get(`/events/${event.id}`)).text).toContain(
      `/posters/new?event=${event.id}`,
    );
    expect((await sampark.browser(organiser).get(`/posters/new?event=${event.id}`)).status).toBe(200);
    const { status, body } = await sampark.as(organiser).post('/posters', { label: 'Hall', event: event.id });
    expect(status).toBe(201);
    await sampark.sql('UPDATE posters SET signed_up = 4, joined = 2 WHERE code = $1', [body.code]);
    expect((await sampark.as(organiser).get(`/posters?event=${event.id}`)).body.items).toMatchObject([
      { code: body.code, label: 'Hall', signed_up: 4, joined: 2 },
    ]);
    const foreign = await anEvent(sampark, { in: 'mathura' });
    expect((await sampark.as(organiser).post('/posters', { label: 'Hall', event: foreign.id })).status).toBe(404);
  });

  it('ends, and still leads whoever reads it off the wall to the form', async () => {
    const { body } = await sampark.as(agra).post('/posters', { label: 'Old' });
    expect((await sampark.as(agra).post(`/posters/${body.code}/end`)).status).toBe(200);
    expect((await sampark.as(agra).post(`/posters/${body.code}/end`)).status).toBe(200);
    expect((await sampark.browser(agra).get(`/posters/${body.code}`)).text).toContain('is counted no more');
    expect((await sampark.browser().get(`/join/${body.code}`)).status).toBe(200);
    expect(await sampark.sql(`SELECT 1 FROM audit_entries WHERE action = 'poster.ended'`)).toHaveLength(1);
  });
});
