import { LOCALES } from '../../platform/i18n/locale.js';
import { Id, IdParam, OneOf, Text } from '../../platform/web/fields.js';

export class DoorHelperParam extends IdParam {
  @Id({ description: 'The role at this door' })
  grantId: string;
}

/** Who is to help: one of the team, somebody with a sign-in, or somebody new by name and e-mail or mobile number. */
export class DoorHelperDto {
  @Id({ optional: true, description: "A user of the team of the meet-up's territory" })
  userId?: string;

  @Text({ optional: true, max: 254, description: 'Name, e-mail or mobile number of a user, typed in full' })
  who?: string;

  @Text({ optional: true, max: 120, description: 'Name of somebody new' })
  name?: string;

  @Text({ optional: true, max: 254 })
  email?: string;

  @Text({ optional: true, max: 30 })
  phone?: string;

  @OneOf(LOCALES, { optional: true })
  language?: string;
}
