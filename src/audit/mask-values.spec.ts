import { describe, expect, it } from '@jest/globals';
import { maskValues } from './mask-values.js';

describe('values in the trail', () => {
  it('keep initials of names, two digits of phones, a letter of mails', () => {
    expect(
      maskValues({
        name: 'Asha Verma',
        fullName: 'सुनीता वर्मा',
        phone: '+919812345678',
        email: 'asha@mail.example.org',
      }),
    ).toEqual({ name: 'A… V…', fullName: 'सु… व…', phone: '••••••••••78', email: 'a•••@•••.org' });
  });

  it('keep only the length of other texts, whatever their field is called', () => {
    expect(maskValues({ note: 'Met her at the fair', somethingNew: 'लखनऊ' })).toEqual({
      note: '••• (19)',
      somethingNew: '••• (4)',
    });
  });

  it('are known for phones and mails by their look, too', () => {
    expect(
      maskValues({
        points: [
          { kind: 'phone', value: '98123 45678' },
          { kind: 'email', value: 'a@b.org' },
        ],
      }),
    ).toEqual({
      points: [
        { kind: 'phone', value: '••••••••78' },
        { kind: 'email', value: 'a•••@•••.org' },
      ],
    });
  });

  it('hide figures about a person, and show those of an event', () => {
    expect(maskValues({ birthYear: 1987, capacity: 40, answer: 'yes', gone: null, ok: true })).toEqual({
      birthYear: '••••',
      capacity: 40,
      answer: 'yes',
      gone: null,
      ok: true,
    });
  });

  it('give nothing away of what is short', () => {
    expect(maskValues({ phone: '1234', email: 'odd', name: ' ', note: '' })).toEqual({
      phone: '••••',
      email: 'o•••@•••',
      name: '…',
      note: '',
    });
  });
});
