/** One line about what set-up does, with the time so far, on standard error: a command's output stays clean. */
export function report(line) {
  process.stderr.write(`set-up, ${Math.round(performance.now() / 1000)} s: ${line}\n`);
}
