import { describe, expect, it } from '@jest/globals';
import { initialsOf } from './initials.js';

describe('initials', () => {
  it.each([
    ['Sunita Verma', 'SV'],
    ['सुनीता वर्मा', 'सुव'],
    ['किरण', 'कि'],
    ['Mohd. Imran Khan', 'MK'],
    ['श्री राम', 'श्रीरा'],
    ['  Ravi   (Agra) ', 'R'],
    ['', ''],
  ])('of %s are %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});
