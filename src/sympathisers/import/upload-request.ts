import type { MultipartFile } from '@fastify/multipart';
import { Invalid } from '../../platform/errors.js';
import type { Request } from '../../platform/web/request.js';
import { hearExcuse } from '../../platform/web/request-context.js';
import { inputValidation } from '../../platform/web/validation.js';

/** A form with a file, read as it arrives: fields may stand before the file or behind it. */
export class UploadRequest {
  private readonly values: Record<string, unknown> = {};
  private readonly parts: AsyncIterator<Part>;
  private file?: MultipartFile;

  private constructor(request: Request) {
    this.parts = (request.parts() as AsyncIterableIterator<Part>)[Symbol.asyncIterator]();
  }

  /**
   * Reads up to the file.
   * @param missing what to say where there is none
   * @throws Invalid `file` where there is none, or no form
   */
  static async of(request: Request, missing = 'imports.error.no_file'): Promise<UploadRequest> {
    if (!request.isMultipart()) throw Invalid.field('file', missing);
    const upload = new UploadRequest(request);
    await upload.next();
    if (!upload.file?.filename) {
      upload.file?.file.resume();
      throw Invalid.field('file', missing);
    }
    return upload;
  }

  get fileName(): string {
    return this.file!.filename.split(/[\\/]/).at(-1)!.slice(0, 200);
  }

  /** @throws Invalid `file` at the end of one that is too large */
  async *bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of this.file!.file) yield chunk as Buffer;
    if (this.file!.file.truncated) throw Invalid.field('file', 'imports.error.too_large');
  }

  /** @throws Invalid for fields that are missing or not ours */
  async fields<T>(metatype: new () => T): Promise<T> {
    while (await this.next());
    return (await inputValidation().transform(this.values, { type: 'body', metatype })) as T;
  }

  /** A name that comes twice is a list, as in any other form. */
  private take(name: string, value: unknown): void {
    const had = Object.hasOwn(this.values, name) ? [this.values[name]].flat() : [];
    this.values[name] = had.length ? [...had, value] : value;
  }

  private async next(): Promise<boolean> {
    for (;;) {
      const { value: part, done } = await this.parts.next();
      if (done || !part) return false;
      if (part.type === 'file') {
        if (this.file) part.file.resume();
        else {
          this.file = part;
          return true;
        }
      } else if (part.fieldname === '_not_about_person') hearExcuse(part.value);
      else if (!part.fieldname.startsWith('_')) this.take(part.fieldname, part.value);
    }
  }
}

type Part = MultipartFile | { type: 'field'; fieldname: string; value: unknown };
