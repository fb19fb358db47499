import { describe, expect, it } from '@jest/globals';
import { headerRowOf } from './header-row.js';

describe('headerRowOf', () => {
  it.each([
    [
      'the first row',
      [
        ['Name', 'Mobile'],
        ['Asha', '9876543210'],
      ],
      0,
    ],
    [
      'a first row that we know nothing of',
      [
        ['Applicant', 'Kisan no'],
        ['Asha', '9876543210'],
      ],
      0,
    ],
    [
      'below a title over all columns',
      [
        ['सदस्य सूची', ''],
        ['', ''],
        ['नाम', 'मोबाइल'],
        ['आशा', '9876543210'],
      ],
      2,
    ],
    [
      'below a title that begins with a word of headers',
      [
        ['Contact list of', 'Agra'],
        ['Name', 'Mobile'],
      ],
      1,
    ],
    ['below a title, unknown', [['List of members'], ['Applicant', 'Kisan no'], ['Asha', '9876543210']], 1],
    ['typed in Kruti Dev, below a title', [['lwph'], ['uke', 'eksckby uEcj'], ['jke dqekj', '9876543210']], 1],
    [
      'nowhere: the first row is somebody',
      [
        ['Asha', '9876543210'],
        ['Sita', '9876543211'],
      ],
      -1,
    ],
    [
      'nowhere, with a remark that looks like a header',
      [
        ['Asha', 'asha@example.org', 'note'],
        ['Sita', '', ''],
      ],
      -1,
    ],
    ['in one column alone', [['Name'], ['Asha']], 0],
    ['in nothing', [['', ' '], []], null],
  ])('finds headers: %s', (_, rows, at) => expect(headerRowOf(rows)).toBe(at));
});
