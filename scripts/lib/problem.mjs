/**
 * A failure that the person at the keyboard can act upon: the message says what happened and what to do
 * next, so no stack trace is shown. `code` is stable.
 */
export class Problem extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = 'Problem';
    this.code = code;
  }
}

/** Runs a command's main function, which resolves to the exit code, and shows what it throws. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Problem ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
