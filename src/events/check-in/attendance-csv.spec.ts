import { describe, expect, it } from '@jest/globals';
import { attendanceCsv } from './attendance-csv.js';
import type { AttendanceRow } from './check-in.queries.js';

const row: AttendanceRow = {
  personId: '',
  name: 'सुनीता वर्मा',
  name_en: 'Agra',
  name_hi: 'आगरा',
  how: 'list',
  guests: 0,
  deviceAt: null,
  serverAt: new Date('2026-11-23T13:05:00Z'),
  by: 'Ravi, "the" organiser',
  answer: 'yes',
  answerGuests: 2,
};
const csv = (rows: AttendanceRow[]) => attendanceCsv(rows, 'Asia/Kolkata', 'hi', (key) => key);

describe('the attendance log for a spreadsheet', () => {
  it('has its mark, its heads, times of the place, and quotes what needs it', () => {
    expect(csv([row])).toBe(
      '\uFEFFcolumn.name,column.territory,column.answer,column.guests_announced,column.how,column.at,column.by\r\n' +
        'सुनीता वर्मा,आगरा,answer.yes,2,how.list,2026-11-23 18:35,"Ravi, ""the"" organiser"\r\n',
    );
  });

  it.each(['=1+1', '+91', '-2', '@SUM(A1)', '\tx'])('has no formula in %p', (name) => {
    expect(csv([{ ...row, name }]).split('\r\n')[1]).toMatch(/^"?'/);
  });
});
