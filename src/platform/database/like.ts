/** Words somebody typed, for the inside of a LIKE pattern: their `%` and `_` mean themselves. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A LIKE pattern for whatever has these words in it; null where nothing was typed. */
export const containing = (text: string | undefined): string | null => (text ? `%${escapeLike(text)}%` : null);
