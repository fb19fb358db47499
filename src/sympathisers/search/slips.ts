/** The letters that keys are made of; `a` stands at either end alone. */
const LETTERS = [...'iukgcjtdnpvmyrlsh'];

/**
 * Every key that is one slip of the pen away: a letter missing, added, another, or two neighbours swapped
 * (Damerau 1964: four in five misspellings are one of these). A key has a handful of letters out of eighteen, so these are some two hundred,
 * and asking the index for each costs less than measuring the distance to anybody. Keys in other scripts have none.
 */
export function slipsOf(key: string): string[] {
  if (key.length < 2 || key.length > 20 || !/^[a-z]+$/.test(key)) return [];
  const found = new Set<string>();
  for (let at = 0; at <= key.length; at++) {
    const before = key.slice(0, at);
    const rest = key.slice(at);
    const letters = at === 0 || at === key.length ? [...LETTERS, 'a'] : LETTERS;
    for (const letter of letters) {
      found.add(before + letter + rest);
      if (rest) found.add(before + letter + rest.slice(1));
    }
    if (rest) found.add(before + rest.slice(1));
    if (rest.length > 1) found.add(before + rest[1]! + rest[0]! + rest.slice(2));
  }
  if (!key.endsWith('a')) for (const letter of ['a']) found.add(key.slice(0, -1) + letter);
  found.delete(key);
  found.delete('');
  return [...found];
}
