import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { Text } from '../../platform/web/fields.js';
import { Secret } from '../sign-in/secret.field.js';
import { Credential } from './credential.field.js';

const NEXT = { optional: true, max: 500, description: 'Where to go afterwards: a path of ours' } as const;

export class NextQuery {
  @Text(NEXT)
  next?: string;

  @Text({ optional: true, max: 5 })
  lang?: string;
}

export class NextBody {
  @Text(NEXT)
  next?: string;
}

export class CodeBody extends NextBody {
  @Secret({ description: 'Of the authenticator app; where the factor is shown, also a recovery code' })
  code: string;
}

export class PasskeyBody extends NextBody {
  @Credential()
  credential: AuthenticationResponseJSON;
}

export class NewPasskeyBody extends NextBody {
  @Text({ max: 60, description: 'What its owner calls it' })
  name: string;

  @Credential()
  credential: RegistrationResponseJSON;
}
