import { Id, Text } from '../../platform/web/fields.js';
import { Secret } from './secret.field.js';

export class SignInQuery {
  @Text({ optional: true, max: 500, description: 'Where to go afterwards: a path of ours' })
  next?: string;

  @Text({ optional: true, max: 5 })
  lang?: string;
}

export class SignInBody {
  @Text({ max: 254, description: 'E-mail or mobile number' })
  login: string;

  @Secret({ description: 'The password, or a one-use code' })
  password: string;

  @Text({ optional: true, max: 500, description: 'Where to go afterwards: a path of ours' })
  next?: string;
}

export class ChooseGrantBody {
  @Id()
  grant: string;

  @Text({ optional: true, max: 500, description: 'Where to go afterwards: a path of ours' })
  return_to?: string;
}

export class NewPasswordBody {
  @Secret()
  password: string;

  @Secret({ optional: true, description: 'The same once more, where a person types it' })
  password_repeat?: string;
}

export class ChangePasswordBody extends NewPasswordBody {
  @Secret({
    optional: true,
    description: 'The password until now; not needed right after signing in by a one-use code',
  })
  current_password?: string;
}

export class WelcomeParam {
  @Text({ max: 300 })
  token: string;
}
