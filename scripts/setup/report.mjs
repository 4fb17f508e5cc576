/** One line about what set-up does, on standard error so that a command's own output stays clean. */
export function report(line) {
  process.stderr.write(`set-up: ${line}\n`);
}
