import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { NotFound } from '../errors.js';
import { Public } from '../web/allow.decorator.js';
import { isLoopback, type Reply, type Request } from '../web/request.js';
import { shutIn } from '../web/security-headers.js';
import { View } from '../web/view.decorator.js';
import { Mailbox } from './mailbox.js';

/** What the development mailbox received; for this machine only, and only where no mail server is configured. */
@ApiExcludeController()
@Controller('dev/mailbox')
export class MailboxController {
  constructor(private readonly mailbox: Mailbox) {}

  @Get()
  @Public()
  @View('mailbox/list', 'public')
  async list(@Req() request: Request) {
    this.open(request);
    const items = await Promise.all(
      this.mailbox
        .list()
        .slice(0, 50)
        .map(async (name) => {
          const mail = (await this.mailbox.read(name))!;
          return { name, subject: mail.subject, from: mail.from?.text, to: addresses(mail.to), date: mail.date };
        }),
    );
    return { items };
  }

  @Get(':name')
  @Public()
  @View('mailbox/show', 'public')
  async show(@Req() request: Request, @Param('name') name: string) {
    this.open(request);
    const mail = await this.mailbox.read(name);
    if (!mail) throw new NotFound();
    return {
      name,
      subject: mail.subject,
      from: mail.from?.text,
      to: addresses(mail.to),
      date: mail.date,
      text: mail.text,
      headers: mail.headerLines.map((line) => line.line),
      attachments: mail.attachments.map((file) => ({
        name: file.filename,
        type: file.contentType,
        text: file.content.toString('utf8'),
      })),
    };
  }

  /** The HTML part alone, for the frame on the page: shut in, without scripts. */
  @Get(':name/html')
  @Public()
  async html(@Req() request: Request, @Res() reply: Reply, @Param('name') name: string) {
    this.open(request);
    const mail = await this.mailbox.read(name);
    if (!mail) throw new NotFound();
    await shutIn(reply, 'allow-popups allow-top-navigation-by-user-activation').send(
      mail.html || `<pre>${mail.textAsHtml ?? ''}</pre>`,
    );
  }

  @Get(':name/raw')
  @Public()
  async raw(@Req() request: Request, @Res() reply: Reply, @Param('name') name: string) {
    this.open(request);
    const raw = this.mailbox.raw(name);
    if (!raw) throw new NotFound();
    await reply.type('text/plain; charset=utf-8').send(raw.toString('utf8'));
  }

  private open(request: Request) {
    // A name of another site that leads here (DNS rebinding) would let its pages read the mails.
    if (!isLoopback(request) || !OWN_NAMES.has(request.hostname)) throw new NotFound();
  }
}

const OWN_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

const addresses = (to: { text: string } | { text: string }[] | undefined) =>
  Array.isArray(to) ? to.map((one) => one.text).join(', ') : to?.text;
