/**
 * Counts vitest's JSON reports, `undefined` where there was none, with the exit code that each run ended with.
 * Returns `{ passed, failed, skipped: [name], notes: [sentence], exitCode }`. More can fail than a test:
 * a file that does not load, an error outside any test, a run in which nothing ran.
 */
export function summarise(runs) {
  const files = runs.flatMap(({ report }) => report?.testResults ?? []);
  const tests = files.flatMap((file) => file.assertionResults);
  const named = (...states) =>
    tests.filter(({ status }) => states.includes(status)).map(({ fullName }) => fullName);
  const passed = named('passed').length;
  let failed = named('failed').length;
  const notes = [];
  for (const file of files) {
    const hasFailedTest = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status !== 'failed' || hasFailedTest) continue;
    failed += 1;
    notes.push(
      `${file.name} failed as a whole: ${(file.message ?? '').trim().split('\n')[0] || 'no reason given'}`,
    );
  }
  for (const { report, exit } of runs) {
    const told = report?.testResults.some(({ status }) => status === 'failed') === true;
    if (exit === 0 || told) continue;
    failed += 1;
    notes.push(`vitest ended with ${exit}, although no test failed: see its output.`);
  }
  if (failed === 0 && passed === 0) {
    failed = 1;
    notes.push('No test ran.');
  }
  return {
    passed,
    failed,
    skipped: named('pending', 'skipped', 'todo', 'disabled'),
    notes,
    exitCode: failed > 0 ? 1 : 0,
  };
}

/** The lines to print; the last one is the count. */
export function summaryLines({ passed, failed, skipped, notes }) {
  const count = `${passed} passed, ${failed} failed`;
  return [
    ...notes,
    ...skipped.map((name) => `skipped: ${name}`),
    skipped.length > 0 ? `${count}, ${skipped.length} skipped` : count,
  ];
}
