/** The group of the ten symmetries of a pentagon, and a permutation (J. Verhoeff, Error Detecting Decimal Codes, 1969). */
const PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const MOVED = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Whether the last digit checks the rest, as in every Aadhaar number. */
export function hasVerhoeffDigit(digits: string): boolean {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    sum = Number(PRODUCT[sum]![Number(MOVED[place % 8]![Number(digit)])]);
  });
  return sum === 0;
}

/** Whether the last digit checks the rest by Luhn's rule (ISO/IEC 7812-1), as on every payment card. */
export function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const twice = Number(digit) * (place % 2 ? 2 : 1);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return sum % 10 === 0;
}
