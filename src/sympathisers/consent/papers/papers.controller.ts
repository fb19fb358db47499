import { Controller, Get, Param, Post, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import { Config } from '../../../platform/config/config.js';
import type { GrantActor } from '../../../platform/database/actor.js';
import { Invalid } from '../../../platform/errors.js';
import type { Locale } from '../../../platform/i18n/locale.js';
import { Allow } from '../../../platform/web/allow.decorator.js';
import { IdParam } from '../../../platform/web/fields.js';
import { created } from '../../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale, type Reply, type Request } from '../../../platform/web/request.js';
import { UploadRequest } from '../../import/upload-request.js';
import { PrivacyNotices } from '../../privacy-notices/privacy-notices.js';
import { saidAt } from '../said-at.js';
import { PaperFields, PaperParam } from './papers.dto.js';
import { PAPER_LIMIT, PapersService } from './papers.service.js';

const ENDINGS = { 'image/jpeg': 'jpg', 'image/png': 'png', 'application/pdf': 'pdf' };

@Controller('sympathisers/:id/papers')
export class PapersController {
  constructor(
    private readonly papers: PapersService,
    private readonly config: Config,
    private readonly notices: PrivacyNotices,
  ) {}

  /** A form with what was said and the `file`: a photo or scan of the paper. */
  @Post()
  @Allow('sympathiser.edit')
  @ApiConsumes('multipart/form-data')
  async keep(
    @CurrentActor() actor: GrantActor,
    @CurrentLocale() locale: Locale,
    @Param() { id }: IdParam,
    @Req() request: Request,
  ) {
    const upload = await UploadRequest.of(request, 'consent.paper.none');
    const bytes = await whole(upload);
    const { purposes = [], channel, state, consentOn } = await upload.fields(PaperFields);
    if (!purposes.length) throw Invalid.field('purposes', 'sympathisers.problem.no_purpose');
    const at = saidAt(consentOn, state, this.config.timeZone);
    const { paper, opened } = await this.papers.keep(actor, id, bytes, {
      purposes,
      channel,
      state,
      at,
      notice: await this.notices.currentIds(actor),
      language: locale,
    });
    return created(
      `/sympathisers/${id}`,
      { id, paper, opened },
      opened ? 'consent.paper.opened' : 'sympathisers.consent_recorded',
    );
  }

  /** The paper, to be looked at by who may read the person: never as a page of ours. */
  @Get(':paperId')
  @Allow('sympathiser.read')
  async read(
    @CurrentActor() actor: GrantActor,
    @Param() { id, paperId }: PaperParam,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { kind, bytes } = await this.papers.read(actor, id, paperId);
    // A browser shows a picture on a page of its own making, which styles itself; nothing on it runs. A PDF can do more.
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    const how = kind === 'application/pdf' ? 'attachment' : 'inline';
    reply.header('content-disposition', `${how}; filename="paper.${ENDINGS[kind]}"`);
    return new StreamableFile(bytes, { type: kind });
  }
}

/** @throws Invalid `file` at the end of one that is too large */
async function whole(upload: UploadRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of upload.bytes()) {
    size += chunk.length;
    // What is too much is read to its end, so that the answer can be told, and not kept.
    if (size <= PAPER_LIMIT) chunks.push(chunk);
  }
  if (size > PAPER_LIMIT) throw Invalid.field('file', 'consent.paper.size', { mb: PAPER_LIMIT / 1024 / 1024 });
  return Buffer.concat(chunks);
}
