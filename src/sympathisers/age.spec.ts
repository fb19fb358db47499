import { describe, expect, it } from '@jest/globals';
import { parseAge, parseBirthYear } from './age.js';

const today = new Date('2026-06-15T00:00:00Z');

describe('parseAge', () => {
  it.each([
    ['34', 1992, false],
    ['३४', 1992, false],
    ['34 years', 1992, false],
    ['34 वर्ष', 1992, false],
    ['18', 2008, false],
    ['17', 2009, true],
    ['१२', 2014, true],
    ['17.5', 2009, true],
    ['1992', 1992, false],
    ['15-Aug-12', 2012, true],
  ])('reads %j', (text, birthYear, minor) => expect(parseAge(text, today)).toEqual({ birthYear, minor }));

  it.each(['0', '130', '-5', 'abc', '340', '34-40'])('finds %j implausible', (text) =>
    expect(parseAge(text, today)).toEqual({ minor: false, problem: 'implausible_age' }),
  );

  it('knows the words for a minor', () => {
    expect(parseAge('नाबालिग', today).minor).toBe(true);
    expect(parseAge('Minor', today).minor).toBe(true);
  });
});

describe('parseBirthYear', () => {
  it.each([
    ['1992', 1992, false],
    ['१९९२', 1992, false],
    ['2009', 2009, true],
    ['2008', 2008, false],
    ['15/06/2008', 2008, false],
    ['16/06/2008', 2008, true],
    ['2008-06-16', 2008, true],
    ['15-Aug-90', 1990, false],
    ['15-Aug-1990', 1990, false],
    ['16-Jun-08', 2008, true],
    ['15-Jun-08', 2008, false],
    ['१५ अगस्त १९९०', 1990, false],
    ['3 फ़रवरी 2012', 2012, true],
    ['Aug 15, 1990', 1990, false],
    ['2nd March 2011', 2011, true],
    ['15/8/12', 2012, true],
    ['8/15/90', 1990, false],
    ['15.08.45', 1945, false],
    ['33000', 1990, false],
    ['41000', 2012, true],
  ])('reads %j', (text, birthYear, minor) => expect(parseBirthYear(text, today)).toEqual({ birthYear, minor }));

  it.each(['1850', '2030', '92', 'x', '40/13/1990', '99999', '15-Foo-90', 'Aug 1990'])('finds %j implausible', (text) =>
    expect(parseBirthYear(text, today).problem).toBe('implausible_birth_year'),
  );
});
