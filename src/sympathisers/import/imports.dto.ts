import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn } from 'class-validator';
import { Invalid } from '../../platform/errors.js';
import { Day, Id, ListQuery, OneOf, Text, Whole } from '../../platform/web/fields.js';
import { FreeText } from '../../platform/web/free-text.decorator.js';
import type { Declaration } from './import-batch.entity.js';
import { FIELDS } from './columns.js';

/** The fields of the upload beside the file. */
export class UploadFields {
  @Text({ max: 200, description: 'Code (or id) of the territory the people belong to, or lie below' })
  territory: string;

  @Text({ max: 200, description: 'Where the file comes from, in words' })
  @FreeText()
  source: string;
}

/** A large file that will come in pieces. */
export class AnnouncedUpload extends UploadFields {
  @Id({ description: 'Made by the client (UUIDv7): announcing it again is the same upload' })
  id: string;

  @Text({ max: 200, description: 'Name of the file' })
  name: string;

  @Whole({ min: 1, max: 17_179_869_184, description: 'Bytes the file has' })
  size: number;
}

export class PieceQuery {
  @Whole({ max: 17_179_869_184, description: 'Where in the file the piece begins, in bytes' })
  offset: number;
}

/** What the columns of the file are, in their order. */
export class ColumnFields {
  @ApiProperty({ type: [String], enum: FIELDS, description: 'One per column; blank to leave a column out' })
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((one: unknown) => one ?? '') : [value ?? ''],
  )
  @IsArray()
  @ArrayMaxSize(500, { context: { max: 500 } })
  @IsIn(['', ...FIELDS], { each: true, context: { values: FIELDS.join(', ') } })
  fields: string[];

  @Text({ optional: true, max: 80, description: 'Keeps this choice by a name, for the next file' })
  name?: string;

  @OneOf(['none'], {
    optional: true,
    description: 'The letters are what they look like; left out: those of a legacy font are converted',
  })
  font?: 'none';
}

/** A choice of columns that was kept by a name. */
export class KeptMapping {
  @Id({ description: 'Its id' })
  mapping: string;
}

export class UndoFields {
  /** How many people it takes back, where they are many: as shown. */
  @Whole({ optional: true, min: 0 })
  count?: number;
}

export class ImportList extends ListQuery {}

/** Whether somebody answers for the yes of the people in a file. */
export class Confirmation {
  @OneOf(['yes', 'no'], {
    optional: true,
    description: 'yes: declared as below; else nobody’s yes in the file is taken',
  })
  agreed?: 'yes' | 'no';

  @Day({ optional: true, description: 'The day on which they agreed, the latest of them' })
  agreedOn?: string;

  @Text({ optional: true, max: 300, description: 'Where the originals are' })
  originals?: string;

  /** @throws Invalid for what is missing of one */
  declaration(): Declaration | undefined {
    if (this.agreed !== 'yes') return undefined;
    const { agreedOn, originals } = this;
    const missing = { agreedOn, originals };
    const problems = Object.entries(missing).flatMap(([field, value]) =>
      value ? [] : [{ field, key: 'validation.missing' }],
    );
    if (problems.length) throw new Invalid(problems);
    return { agreedOn: agreedOn!, originals: originals! };
  }
}
