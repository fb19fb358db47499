import Handlebars from 'handlebars';
import { readFileSync } from 'node:fs';
import { fromRoot } from '../../src/platform/config/paths.js';

interface Found {
  names: Set<string>;
  lists: Set<string>;
  /** What a name is put behind to make the key of words. */
  prefixes: Map<string, string>;
}

const read = (file: string) => Handlebars.parse(readFileSync(fromRoot('templates', `${file}.hbs`), 'utf8'));

/** Every name that a template speaks of, its partials included. */
function namesIn(files: string[]): Found {
  const found: Found = { names: new Set(), lists: new Set(), prefixes: new Map() };
  const seen = new Set<string>();
  class Reader extends Handlebars.Visitor {
    override PathExpression(path: hbs.AST.PathExpression): void {
      if (!path.data) for (const part of path.parts as string[]) found.names.add(part);
    }
    override BlockStatement(block: hbs.AST.BlockStatement): void {
      const [of] = block.params as hbs.AST.PathExpression[];
      if ((block.path as hbs.AST.PathExpression).original === 'each' && of?.parts)
        found.lists.add(String(of.parts.at(-1)));
      super.BlockStatement(block);
    }
    override SubExpression(call: hbs.AST.SubExpression): void {
      const [prefix, name] = call.params as [hbs.AST.StringLiteral, hbs.AST.PathExpression];
      if (
        (call.path as hbs.AST.PathExpression).original === 'concat' &&
        prefix?.type === 'StringLiteral' &&
        name?.parts
      )
        found.prefixes.set(String(name.parts.at(-1)), prefix.value);
      super.SubExpression(call);
    }
    override PartialStatement(partial: hbs.AST.PartialStatement): void {
      const name = (partial.name as hbs.AST.PathExpression).original;
      super.PartialStatement(partial);
      if (seen.has(name)) return;
      seen.add(name);
      this.accept(read(`partials/${name}`));
    }
  }
  for (const file of files) new Reader().accept(read(file));
  return found;
}

/**
 * A model with something for every name that a template speaks of, whatever template it is: an address of ours where it says
 * link or url, a time where it says so, a list of one where it goes through one, and a number everywhere else.
 * @param keys all keys of words, to find one that a code leads to
 * @param marked is put behind each address: where it comes out, it went in as a link
 */
export function sampleModel(
  files: string[],
  options: { base: string; keys: string[]; marked: string },
): Record<string, unknown> {
  const { names, lists, prefixes } = namesIn(files);
  const valueOf = (name: string): unknown => {
    const prefix = prefixes.get(name);
    const key = prefix && options.keys.find((one) => one.startsWith(prefix));
    if (key) return key.slice(prefix.length);
    if (/link|url|href|address/i.test(name)) return `${options.base}/${options.marked}`;
    if (/(^|[a-z])(at|on|due|since|until|expires|starts|ends|when|day|next)$/i.test(name)) return new Date();
    if (/territory|place|region|where/i.test(name))
      return Object.assign(new String('Agra'), { name_en: 'Agra', name_hi: 'आगरा' });
    return 5;
  };
  const flat = Object.fromEntries([...names].map((name) => [name, valueOf(name)]));
  return { ...flat, ...Object.fromEntries([...lists].map((name) => [name, [flat]])) };
}
