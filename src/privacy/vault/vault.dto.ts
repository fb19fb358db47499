import { Id, Text } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';

export class VaultReasonDto {
  @FreeText()
  @Text({ min: 10, max: 500, multiline: true, description: 'Why the entry has to be opened: which request, of whom' })
  reason: string;
}

export class OpeningParam {
  @Id()
  id: string;

  @Id()
  openingId: string;
}
