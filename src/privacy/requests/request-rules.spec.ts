import { describe, expect, it } from '@jest/globals';
import { after, daysOf, lettersFor, withdrawn, type Standing } from './request-rules.js';

const request = (more: Partial<Standing> = {}): Standing => ({
  kind: 'access',
  onBehalf: false,
  state: 'received',
  extended: false,
  checked: true,
  dueOn: '2026-12-20',
  ...more,
});
const TODAY = '2026-11-26';

describe('a request', () => {
  it('goes from received to acknowledged to its end, and no other way', () => {
    expect(after(request(), 'acknowledgement', TODAY)).toBe('acknowledged');
    expect(after(request({ state: 'acknowledged' }), 'answer', TODAY)).toBe('answered');
    expect(after(request(), 'refusal', TODAY)).toBe('refused');
    expect(withdrawn('acknowledged')).toBe('withdrawn');
    expect(() => after(request({ state: 'acknowledged' }), 'acknowledgement', TODAY)).toThrow('acknowledged');
    for (const state of ['answered', 'refused', 'withdrawn'] as const) {
      expect(lettersFor(request({ state }), TODAY)).toEqual([]);
      expect(() => after(request({ state }), 'answer', TODAY)).toThrow('closed');
      expect(() => withdrawn(state)).toThrow('closed');
    }
  });

  it('gives nothing out before it is known who asks; a complaint needs no such thing', () => {
    expect(() => after(request({ checked: false }), 'answer', TODAY)).toThrow('check_first');
    expect(after(request({ checked: false }), 'refusal', TODAY)).toBe('refused');
    expect(after(request({ checked: false, kind: 'grievance' }), 'answer', TODAY)).toBe('answered');
    // On somebody's behalf not even that.
    expect(() => after(request({ checked: false, kind: 'grievance', onBehalf: true }), 'answer', TODAY)).toThrow(
      'check_first',
    );
  });

  it('is given more time once, while there is some left, and never for a complaint', () => {
    expect(after(request(), 'extension', TODAY)).toBe('received');
    expect(() => after(request({ extended: true }), 'extension', TODAY)).toThrow('extended');
    expect(() => after(request({ kind: 'grievance' }), 'extension', TODAY)).toThrow('no_extension');
    expect(() => after(request({ dueOn: '2026-11-25' }), 'extension', TODAY)).toThrow('too_late');
    expect(lettersFor(request({ kind: 'grievance', state: 'acknowledged' }), TODAY)).toEqual(['answer', 'refusal']);
  });

  it('has so many days as the configuration says for its kind', () => {
    expect(daysOf('access:10, grievance:90')).toEqual({
      access: 10,
      correction: 28,
      erasure: 28,
      objection: 28,
      grievance: 90,
    });
  });
});
