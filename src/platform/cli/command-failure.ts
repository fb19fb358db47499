/** A command that can't do what it was asked: 1 for a refusal, 2 for a call that makes no sense, 75 (sysexits.h) for "try again". */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 | 75 = 1,
  ) {
    super(message);
  }
}
