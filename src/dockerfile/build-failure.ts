/** Why `docker build` would stop at an instruction, in BuildKit's words where it has them. */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
  readonly advice: string | undefined;
  /** The variable whose lack it is: the base image may bring it. */
  readonly variable: string | undefined;

  constructor(message: string, advice?: string, variable?: string) {
    super(message);
    this.advice = advice;
    this.variable = variable;
  }
}
