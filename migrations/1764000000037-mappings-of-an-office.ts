import { ForwardOnly } from './forward-only.js';

/** What the columns of a list are is known to the office that said so, whichever of its territories the list was for. */
export class MappingsOfAnOffice1764000000037 extends ForwardOnly {
  name = 'MappingsOfAnOffice1764000000037';
  protected readonly statements = [
    `
    ALTER TABLE import_mappings
      -- Where whoever chose had their grant; null: chosen before this was kept, or by a command without a territory.
      ADD office_id uuid REFERENCES territories (id);
    CREATE INDEX import_mappings_by_office ON import_mappings (office_id, used_at DESC);
    `,
  ];
}
