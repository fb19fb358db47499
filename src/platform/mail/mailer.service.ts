import { Injectable } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import { Config } from '../config/config.js';
import type { Locale } from '../i18n/locale.js';
import { Renderer } from '../views/renderer.js';

export interface Letter {
  /** Folder of templates/emails with subject, html and text. */
  template: string;
  to: { name: string; address: string };
  locale: Locale;
  model: object;
  /** IANA zone of the times in it; the organisation's own when not told. */
  zone?: string;
  /** The same for each try, so that mailboxes see one mail: `<id@host>`. */
  messageId: string;
  replyTo?: { name: string; address: string };
  /** For RFC 8058: both unsubscribe headers are made from it. */
  unsubscribeUrl?: string;
  calendar?: { method: 'PUBLISH' | 'REQUEST' | 'CANCEL'; content: string; fileName: string };
}

/** A letter that can't be sent, whatever the server says; the rest goes on. */
export class UnsendableLetter extends Error {}

/** Renders letters and hands them to the SMTP server, over a pool of connections. */
@Injectable()
export class Mailer {
  private transport?: Transporter;

  constructor(
    private readonly config: Config,
    private readonly renderer: Renderer,
    private readonly smtpUrl: () => string,
  ) {}

  /**
   * @returns the server's answer
   * @throws UnsendableLetter for an address or a text that no server should get (line breaks, empty text part)
   * @throws Error of nodemailer, with `responseCode` where the server refused
   */
  async send(letter: Letter): Promise<string> {
    const message = this.compose(letter);
    const sent = (await this.open().sendMail(message)) as { response: string };
    return sent.response;
  }

  /** The letter as it would go out, for a sample on a page. */
  preview(letter: Letter): { subject: string; html: string; text: string } {
    const page = {
      locale: letter.locale,
      zone: letter.zone ?? this.config.timeZone,
      now: new Date(),
      orgName: letter.locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn,
      accent: this.config.orgAccent ?? '#a3195b',
      baseUrl: this.config.baseUrl,
    };
    const part = (name: string) => this.renderer.part(`emails/${letter.template}/${name}`, letter.model, page).trim();
    return { subject: part('subject'), html: part('html'), text: part('text').replace(/\n{3,}/g, '\n\n') };
  }

  close(): void {
    this.transport?.close();
  }

  private compose(letter: Letter) {
    const { subject, html, text } = this.preview(letter);
    if (/[\r\n]/.test(letter.to.name + letter.to.address + subject)) throw new UnsendableLetter('line_break');
    // Our transport doesn't ask for SMTPUTF8.
    if (!/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(letter.to.address)) throw new UnsendableLetter('address_not_ascii');
    if (!text) throw new UnsendableLetter('empty_text');
    const headers: Record<string, string> = {
      // RFC 3834: auto-responders stay quiet.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    };
    if (letter.unsubscribeUrl) {
      headers['List-Unsubscribe'] = `<${letter.unsubscribeUrl}>`;
      headers['List-Unsubscribe-Post'] = 'List-Unsubscribe=One-Click';
    }
    return {
      from: {
        name: letter.locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn,
        address: this.config.mailFrom,
      },
      // An object, never a string: at a comma a string would grow recipients.
      to: letter.to,
      replyTo: letter.replyTo,
      subject,
      html,
      text,
      messageId: letter.messageId,
      headers,
      icalEvent: letter.calendar && {
        method: letter.calendar.method,
        content: letter.calendar.content,
        filename: letter.calendar.fileName,
      },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  private open(): Transporter {
    this.transport ??= createTransport({
      url: this.smtpUrl(),
      pool: true,
      maxConnections: 4,
      // A pool that queues a mail again by itself when a connection closes may send it twice.
      maxRequeues: 0,
      connectionTimeout: 10_000,
      socketTimeout: 30_000,
    } as SMTPPool.Options);
    return this.transport;
  }
}
