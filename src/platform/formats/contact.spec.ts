import { describe, expect, it } from '@jest/globals';
import { parseContact } from './contact.js';

describe('one field for a phone or a mail', () => {
  it('takes either as people write it, and neither of anything else', () => {
    expect(parseContact(' Kiran@Example.org ')).toEqual({ kind: 'email', value: 'kiran@example.org' });
    expect(parseContact('०९८१११ २२२३३')).toEqual({ kind: 'phone', value: '+919811122233' });
    for (const typed of ['Kiran', '12345', 'kiran@', '9.81E+11', ''])
      expect([typed, parseContact(typed)]).toEqual([typed, null]);
  });
});
