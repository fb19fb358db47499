import { Text, Tick } from '../../platform/web/fields.js';

export class ForgottenQuery {
  @Tick({ description: 'A request was just sent' })
  sent?: boolean;

  @Text({ optional: true, max: 5 })
  lang?: string;
}

export class ForgottenBody {
  @Text({ max: 254, description: 'E-mail or mobile number to sign in with' })
  login: string;
}

export class ResetParam {
  @Text({ max: 300 })
  token: string;
}
