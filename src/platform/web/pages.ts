import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { isGrantActor } from '../database/actor.js';
import { LOCALES } from '../i18n/locale.js';
import { Words } from '../i18n/words.js';
import { Renderer, withQuery, type PageData } from '../views/renderer.js';
import { assetAddresses, THEME_PATH } from './assets.js';
import { Frame } from './frame.js';
import type { Request } from './request.js';
import type { ViewOptions } from './view.decorator.js';

/** Puts a model into its page and the page into the frame. */
@Injectable()
export class Pages {
  private readonly assets: Record<string, string>;

  constructor(
    private readonly config: Config,
    private readonly words: Words,
    private readonly renderer: Renderer,
    private readonly frame: Frame,
  ) {
    // The address carries the colour, so that a change of it is seen at once.
    this.assets = assetAddresses();
    if (config.orgAccent) this.assets.theme = `${THEME_PATH}?v=${config.orgAccent.slice(1)}`;
  }

  render(view: ViewOptions, model: object, request: Request): string {
    return this.renderer.page(view.template, view.layout, model, this.pageData(view, request, isList(model)));
  }

  private pageData(view: ViewOptions, request: Request, list: boolean): PageData {
    const { locale, actor, who, flash, refused, nonces } = request.sampark;
    const say = (key: string, params?: Record<string, string | number>) => this.words.say(locale, key, params);
    // `//host/…` in a link of ours would lead to that host.
    const current = who?.grants.find((grant) => grant.current);
    const url = request.url.replace(/^\/{2,}/, '/');
    const path = url.split('?')[0]!;
    const titleKey = `title.${view.template.replaceAll('/', '.')}`;
    return {
      locale,
      zone: this.config.timeZone,
      now: new Date(),
      title: this.words.has(titleKey) ? say(titleKey) : say('frame.app_name'),
      locales: LOCALES.map((code) => ({
        code,
        name: say(`frame.language.${code}`),
        current: code === locale,
        // A form that came back has no address of its own to reload.
        href: withQuery(request.method === 'GET' ? url : path, { lang: code }),
      })),
      orgName: locale === 'hi' ? this.config.orgNameHi : this.config.orgNameEn,
      path,
      url,
      csrf: who?.csrf ?? '',
      nonces,
      permissions: isGrantActor(actor) ? actor.permissions : undefined,
      userId: isGrantActor(actor) ? actor.userId : undefined,
      covers:
        list && isGrantActor(actor)
          ? say(`frame.covers.${actor.reach}`, { territory: localName(locale, current?.territory) })
          : '',
      actor: who && {
        name: who.name,
        roleName: localName(locale, current?.role) || say('role.none'),
        territoryName: localName(locale, current?.territory),
        grants: who.grants.map((grant) => ({
          id: grant.id,
          current: grant.current,
          label: `${localName(locale, grant.role)} · ${localName(locale, grant.territory)}`,
          for: grant.delegatedBy,
        })),
      },
      nav: this.frame.navigation(request).map((entry) => ({
        href: entry.href,
        label: say(entry.key),
        icon: entry.icon,
        current: path === entry.href || path.startsWith(`${entry.href}/`),
      })),
      menu: who
        ? this.frame.menu(request).map((entry) => ({ href: entry.href, label: say(entry.key), icon: entry.icon }))
        : [],
      flash: flash && { tone: flash.tone, text: say(flash.key, flash.params), undo: flash.undo },
      refused,
      assets: this.assets,
      public: view.layout === 'public',
    };
  }
}

/** A model that lists things: every list says what it covers. */
export const isList = (model: object): boolean => Array.isArray((model as { items?: unknown }).items);

const localName = (locale: string, thing?: { name_en: string; name_hi: string }) =>
  thing ? (locale === 'hi' ? thing.name_hi : thing.name_en) : '';
