import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { Actor } from '../../platform/database/actor.js';
import { Invalid } from '../../platform/errors.js';
import type { Locale } from '../../platform/i18n/locale.js';
import { Allow } from '../../platform/web/allow.decorator.js';
import { changed, created } from '../../platform/web/outcome.js';
import { CurrentActor, CurrentLocale } from '../../platform/web/request.js';
import { View } from '../../platform/web/view.decorator.js';
import { RoleEditor, type RoleWords } from './role-editor.service.js';
import { RolePages } from './role-pages.service.js';
import { NewRoleBody, RoleBody, RoleParam } from './roles.dto.js';

/** The roles there are, and making them. */
@Controller('roles')
export class RolesController {
  constructor(
    private readonly pages: RolePages,
    private readonly editor: RoleEditor,
  ) {}

  @Get()
  @Allow('grant.read')
  @View('roles/list')
  async list(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale) {
    return { items: await this.pages.list(actor, locale) };
  }

  @Get('new')
  @Allow('role.edit')
  @View('roles/new')
  form(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale) {
    return { choices: this.pages.choices(actor, locale) };
  }

  @Post()
  @Allow('role.edit')
  async make(@CurrentActor() actor: Actor, @Body() body: NewRoleBody) {
    const { code } = await this.editor.make(actor, { ...named(body), code: body.code, reach: body.reach });
    return created(`/roles/${code}`, { code }, 'roles.made');
  }

  @Get(':code')
  @Allow('grant.read')
  @View('roles/show')
  show(@CurrentActor() actor: Actor, @CurrentLocale() locale: Locale, @Param() { code }: RoleParam) {
    return this.pages.show(actor, code, locale);
  }

  @Post(':code')
  @Allow('role.edit')
  async change(
    @CurrentActor() actor: Actor,
    @CurrentLocale() locale: Locale,
    @Param() { code }: RoleParam,
    @Body() body: RoleBody,
  ) {
    const { role } = await this.pages.show(actor, code, locale);
    await this.editor.change(actor, code, role.builtIn ? asItStands(role, body) : named(body));
    return changed(`/roles/${code}`, { code }, 'roles.changed');
  }

  @Post(':code/end')
  @Allow('role.edit')
  async end(@CurrentActor() actor: Actor, @Param() { code }: RoleParam) {
    await this.editor.end(actor, code);
    return changed('/roles', { code }, 'roles.ended');
  }
}

/** @throws Invalid `name_en`, `name_hi` */
function named(body: RoleBody): RoleWords {
  const problems = (['name_en', 'name_hi'] as const)
    .filter((field) => !body[field])
    .map((field) => ({ field, key: 'validation.missing' }));
  if (problems.length) throw new Invalid(problems);
  return {
    nameEn: body.name_en!,
    nameHi: body.name_hi!,
    permissions: body.permissions ?? [],
    levels: body.levels ?? [],
    secondFactor: body.second_factor ?? false,
  };
}

/** One that came with the program: only the second factor is the installation's to say. */
const asItStands = (role: { name_en: string; name_hi: string; permissions: string[] }, body: RoleBody): RoleWords => ({
  nameEn: role.name_en,
  nameHi: role.name_hi,
  permissions: role.permissions,
  levels: [],
  secondFactor: body.second_factor ?? false,
});
