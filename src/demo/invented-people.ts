import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { readFileSync } from 'node:fs';
import { fromRoot } from '../platform/config/paths.js';

/** A stream of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Name {
  devanagari: string;
  latin: string;
  name_type: string;
}
interface FullName {
  hi: string;
  en: string;
}
interface Pin {
  pin: string;
  district_lgd_code: string;
}

const COLUMNS = ['नाम', 'मोबाइल', 'ई-मेल', 'प्लेटफ़ॉर्म', 'हैंडल', 'ज़िला', 'पिन', 'भाषा', 'उम्र', 'स्रोत', 'सहमति', 'टिप्पणी'];
const PLATFORMS = ['X', 'Facebook', 'Instagram', 'YouTube', 'WhatsApp', 'Telegram', 'ShareChat'];
const SOURCES = ['मंडल बैठक का रजिस्टर', 'वेबसाइट फ़ॉर्म', 'स्टॉल पर फ़ॉर्म', 'पेज पर संदेश'];
const REMARKS = ['शाम 6 के बाद बात करें', 'अच्छे वीडियो बनाते हैं', 'पहले भी आए थे', 'युवा संवाद में रुचि'];

/**
 * Spreadsheets of people who do not exist, as an office would send them: names from common given names and surnames, a
 * number range that no operator gives out (60000…), addresses that end in `.example`.
 */
export class InventedPeople {
  private readonly names = readReference<Name>('common_names.csv');
  private readonly pins = readReference<Pin>('pins.csv');
  private made = 0;
  /** Whose number the next row may have, too: somebody who registered twice, or somebody of the family. */
  private before?: { name: FullName; phone: string };

  constructor(private readonly random: () => number) {}

  /** A name in both scripts. */
  name(): FullName {
    const given = this.pick(this.names.filter((name) => name.name_type === 'given'));
    const surname = this.pick(this.names.filter((name) => name.name_type === 'surname'));
    return { hi: `${given.devanagari} ${surname.devanagari}`, en: `${given.latin} ${surname.latin}` };
  }

  /** @param districts revenue districts: LGD code and the name as the sheet spells it */
  spreadsheet(count: number, districts: { lgd: number; name: string }[]): string {
    const rows = Array.from({ length: count }, () => this.row(this.pick(districts)));
    return stringify([COLUMNS, ...rows]);
  }

  private row(district: { lgd: number; name: string }): string[] {
    const number = ++this.made;
    const before = this.before;
    const again = before && number % 150 === 0;
    const family = before && number % 70 === 0 && !again;
    const name = again ? withMiddleName(before.name) : family ? this.relativeOf(before.name) : this.name();
    const handle = `${name.en.toLowerCase().replaceAll(/[^a-z]/g, '')}${number}`;
    const phone = again || family ? before.phone : `60${String(number).padStart(8, '0')}`;
    this.before = { name, phone };
    const platform = this.pick(PLATFORMS);
    const pin = this.pick(this.pins.filter((one) => Number(one.district_lgd_code) === district.lgd)).pin;
    return [
      this.chance(0.7) ? name.hi : name.en,
      this.chance(0.85) || again || family ? phone : '',
      this.chance(0.55) ? `${handle}@mail.example` : '',
      platform,
      platform === 'WhatsApp' && !again && !family ? phone : handle,
      this.chance(0.9) ? district.name : '',
      this.chance(0.9) ? pin : '',
      this.chance(0.75) ? 'hi' : 'en',
      this.chance(0.5) ? String(19 + Math.floor(this.random() * 50)) : '',
      this.pick(SOURCES),
      this.chance(0.96) ? 'हाँ' : '',
      this.chance(0.2) ? this.pick(REMARKS) : '',
    ];
  }

  private relativeOf(name: FullName): FullName {
    const [other, own] = [this.name(), surnameOf(name)];
    return { hi: `${other.hi.split(' ')[0]} ${own.hi}`, en: `${other.en.split(' ')[0]} ${own.en}` };
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }
}

const readReference = <Row>(file: string): Row[] =>
  parse(readFileSync(fromRoot('reference', file)), { columns: true, skip_empty_lines: true }) as Row[];

const surnameOf = ({ hi, en }: FullName): FullName => ({ hi: hi.split(' ').at(-1)!, en: en.split(' ').at(-1)! });

/** As the same people write themselves another time. */
function withMiddleName(name: FullName): FullName {
  const surname = surnameOf(name);
  return { hi: `${name.hi.split(' ')[0]} कुमार ${surname.hi}`, en: `${name.en.split(' ')[0]} Kumar ${surname.en}` };
}
