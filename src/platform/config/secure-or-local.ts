import { ValidateBy } from 'class-validator';

const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Speaks without encryption: right on this very machine alone. */
export const isPlainLocal = (address: URL): boolean => address.protocol === 'http:' && LOCAL.test(address.hostname);

/** An https: address; http: for this very machine. */
export const IsSecureOrLocal = (): PropertyDecorator =>
  ValidateBy({
    name: 'isSecureOrLocal',
    validator: {
      validate: (value: unknown) => {
        const address = URL.parse(String(value));
        return address !== null && (address.protocol === 'https:' || isPlainLocal(address));
      },
      defaultMessage: () => 'must be an https:// address (http:// for this machine alone)',
    },
  });
