import { v7, validate } from 'uuid';

/** A new id: UUIDv7 (RFC 9562, section 5.7), so that ids sort by time and no sequence is needed. */
export const uuidv7 = (): string => v7();

export const isUuid = (text: string): boolean => validate(text);
